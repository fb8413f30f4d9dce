using System.Collections.Immutable;
using Relay.Host.Failures;

namespace Relay.Host.Configuration;

/// <summary>The value of each setting after all sources were put over one another; every value is one its setting can read.</summary>
internal sealed class EffectiveSettings
{
    private readonly IReadOnlyDictionary<Setting, SettingValue> _values;

    /// <exception cref="StartupException">A value is not what its setting takes.</exception>
    internal EffectiveSettings(IReadOnlyDictionary<Setting, SettingValue> values)
    {
        _values = values;
        foreach (var setting in Settings.All)
        {
            if (Find(setting) is { } value) Check(setting, value);
        }
    }

    internal SettingValue? Find(Setting setting) => _values.GetValueOrDefault(setting);

    /// <summary>Somebody wrote it; it is not just the default.</summary>
    internal bool IsGiven(Setting setting) => Find(setting) is { Source: not SettingSource.Default };

    internal bool TryGet<T>(Setting<T> setting, out T value)
    {
        var found = Find(setting);
        value = found is null ? default! : setting.Parse(found.Texts[0]);
        return found is not null;
    }

    /// <summary>For settings that always have a value.</summary>
    internal T Get<T>(Setting<T> setting) =>
        TryGet(setting, out var value) ? value : throw new InvalidOperationException($"{setting.Flag} has no default");

    internal ImmutableArray<T> GetList<T>(Setting<T> setting) =>
        Find(setting) is { } value ? [.. value.Texts.Select(setting.Parse)] : [];

    /// <summary>The settings that have another value than in <paramref name="others"/>, wherever it comes from.</summary>
    internal IEnumerable<Setting> ChangedFrom(EffectiveSettings others) =>
        Settings.All.Where(setting => !TextsOf(setting).SequenceEqual(others.TextsOf(setting)));

    /// <summary>The setting and its value as the person who wrote it knows it, for messages.</summary>
    internal string Describe(Setting setting) =>
        Find(setting) is { } value ? SettingText.Name(setting, value, string.Join(',', value.Texts)) : setting.Flag;

    private ImmutableArray<string> TextsOf(Setting setting) => Find(setting)?.Texts ?? [];

    private static void Check(Setting setting, SettingValue value)
    {
        foreach (var text in value.Texts)
        {
            try
            {
                setting.Check(text);
            }
            catch (FormatException e)
            {
                throw SettingText.Wrong(setting, value, text, e.Message);
            }
        }
    }
}
