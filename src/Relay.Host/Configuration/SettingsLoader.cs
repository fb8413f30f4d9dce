using System.Collections.Immutable;
using Relay.Host.Commands;
using Relay.Host.Configuration.Formats;
using Relay.Host.Failures;

namespace Relay.Host.Configuration;

/// <summary>
/// Puts flags over environment over file over defaults. A list is taken whole from the highest source that has it;
/// configuration of its own would mix the entries of several sources.
/// </summary>
internal static class SettingsLoader
{
    /// <param name="flags">Keys and values as configuration has them; lists as <c>name:0</c>, <c>name:1</c>.</param>
    /// <param name="environment">Where the rest comes from.</param>
    /// <exception cref="StartupException">A name does not exist, a file cannot be read, or a value is not what its setting takes.</exception>
    internal static EffectiveSettings Load(IReadOnlyDictionary<string, string?> flags, RelaydEnvironment environment)
    {
        var builder = new ConfigurationBuilder()
            .AddInMemoryCollection(EnvironmentLayer.Read(environment.Variables))
            .AddInMemoryCollection(flags);
        var values = new Dictionary<Setting, SettingValue>();
        Take(values, builder.Build(), [SettingSource.Environment, SettingSource.Flag], file: null);
        if (FileToRead(values, environment) is { } path)
            Take(values, FileLayer.Read(path), [SettingSource.File], path);

        AddDefaults(values, environment);
        return new EffectiveSettings(values);
    }

    // A developer's run must not change because a production file lies on the machine.
    private static string? FileToRead(Dictionary<Setting, SettingValue> given, RelaydEnvironment environment)
    {
        if (given.TryGetValue(Settings.Config, out var named)) return named.Texts[0];
        return !IsDev(given) && File.Exists(environment.DefaultConfigFile) ? environment.DefaultConfigFile : null;
    }

    private static void AddDefaults(Dictionary<Setting, SettingValue> values, RelaydEnvironment environment)
    {
        var dev = IsDev(values);
        foreach (var setting in Settings.All)
        {
            var text = dev && setting.DevHasNone ? null : (dev ? setting.DevDefault : null) ?? setting.Default;
            if (text is not null) values.TryAdd(setting, new SettingValue([text], SettingSource.Default));
        }

        // Machines may have names that are no labels.
        var machine = NameFormat.IsNode(environment.MachineName) ? environment.MachineName : "relay";
        values.TryAdd(Settings.Node, new SettingValue([machine], SettingSource.Default));
    }

    private static bool IsDev(Dictionary<Setting, SettingValue> values)
    {
        if (!values.TryGetValue(Settings.Dev, out var value)) return false;
        try
        {
            return Settings.Dev.Parse(value.Texts[0]);
        }
        catch (FormatException e)
        {
            throw SettingText.Wrong(Settings.Dev, value, value.Texts[0], e.Message);
        }
    }

    /// <summary>Fills in what <paramref name="values"/> does not have yet, from the last provider to the first.</summary>
    private static void Take(Dictionary<Setting, SettingValue> values, IConfigurationRoot root, SettingSource[] sources, string? file)
    {
        foreach (var (provider, source) in root.Providers.Zip(sources).Reverse())
        {
            foreach (var setting in Settings.All)
            {
                var texts = Texts(provider, setting);
                if (texts.Length > 0) values.TryAdd(setting, new SettingValue(texts, source, file));
            }
        }
    }

    private static ImmutableArray<string> Texts(IConfigurationProvider provider, Setting setting)
    {
        var keys = provider.GetChildKeys([], setting.Name).Distinct().Select(child => $"{setting.Name}:{child}").Prepend(setting.Name);
        var texts = keys
            .Select(key => provider.TryGet(key, out var text) ? text : null)
            .Where(text => !string.IsNullOrEmpty(text))
            .SelectMany(text => setting.IsList ? text!.Split(',', StringSplitOptions.TrimEntries) : [text!]);
        return [.. texts];
    }
}
