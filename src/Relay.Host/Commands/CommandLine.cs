using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Relay.Host.Configuration;
using Relay.Host.Failures;

namespace Relay.Host.Commands;

/// <summary>What the command line said.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Flags">Settings given as flags, as configuration has them: a list as <c>name:0</c>, <c>name:1</c>.</param>
internal sealed record CommandLine(CommandKind Kind, IReadOnlyDictionary<string, string?> Flags)
{
    // Values that begin with '@' are values, and options are long ones only.
    private static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <exception cref="StartupException">It is wrong; the message names the option, the value, and what would be right.</exception>
    internal static CommandLine Parse(IReadOnlyList<string> args)
    {
        var options = Settings.All.ToDictionary(setting => setting, Option);
        var help = new HelpOption { Recursive = true };
        var version = new VersionOption { Recursive = true };
        var check = new Command("check");
        var healthCheck = new Command("healthcheck");
        var root = new RootCommand { check, healthCheck };
        root.Directives.Clear();
        root.Options.Clear();
        foreach (var option in options.Values.Append(help).Append(version)) root.Options.Add(option);
        root.SetAction(_ => 0);
        check.SetAction(_ => 0);
        healthCheck.SetAction(_ => 0);

        var result = root.Parse(args, Parser);
        if (result.GetResult(help) is { Implicit: false }) return new(CommandKind.Help, new Dictionary<string, string?>());
        if (result.GetResult(version) is { Implicit: false }) return new(CommandKind.Version, new Dictionary<string, string?>());
        if (result.UnmatchedTokens is [var unknown, ..]) throw Unknown(unknown, args);
        var flags = new Dictionary<string, string?>();
        foreach (var (setting, option) in options)
        {
            if (result.GetResult(option) is { Implicit: false } given) Take(flags, setting, given);
        }

        // Whatever else the parser dislikes: its messages are one line and name the token.
        if (result.Errors is [var error, ..]) throw StartupException.Usage($"{error.Message} See relayd --help.");
        var command = result.CommandResult.Command;
        return new(command == check ? CommandKind.Check : command == healthCheck ? CommandKind.HealthCheck : CommandKind.Run, flags);
    }

    private static Option Option(Setting setting) => setting.IsSwitch
        ? new Option<bool>(setting.Flag) { Recursive = true }
        : new Option<string[]>(setting.Flag) { Recursive = true, Arity = ArgumentArity.OneOrMore };

    private static void Take(Dictionary<string, string?> flags, Setting setting, OptionResult given)
    {
        var texts = given.Tokens.Select(t => t.Value).ToArray();
        if (setting.IsSwitch)
        {
            flags[setting.Name] = texts is [var text] ? text : "true";
            return;
        }

        if (texts.Length < given.IdentifierTokenCount || texts.Contains(""))
            throw StartupException.Usage($"{setting.Flag}: needs a value: {setting.Flag} {setting.Hint}");
        if (setting.IsList)
        {
            for (var i = 0; i < texts.Length; i++) flags[$"{setting.Name}:{i}"] = texts[i];
            return;
        }

        if (texts is not [var single])
        {
            var shown = string.Join(" and ", texts.Select(t => $"\"{setting.Show(t)}\""));
            throw StartupException.Usage($"{setting.Flag}: given more than once, as {shown}; expected one value");
        }

        flags[setting.Name] = single;
    }

    private static StartupException Unknown(string token, IReadOnlyList<string> args)
    {
        // The parser splits "--dev=maybe" and then wonders what "maybe" is.
        var joined = Settings.All.FirstOrDefault(s => s.IsSwitch && args.Contains($"{s.Flag}={token}"));
        if (joined is not null) return StartupException.Usage($"{joined.Flag} \"{token}\": expected true or false");
        if (!token.StartsWith('-'))
            return StartupException.Usage($"\"{token}\": no such command; expected check or healthcheck, or nothing to run the server (see relayd --help)");
        var name = token.Split('=')[0];
        var nearest = NearestName.Of(name, Settings.All.Select(s => s.Flag).Append("--help").Append("--version"));
        return StartupException.Usage($"{name}: no such option; " + (nearest is null ? "see relayd --help for all" : $"did you mean {nearest}?"));
    }
}
