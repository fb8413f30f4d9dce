using Relay.Host.Commands;
using Relay.Host.Configuration;

namespace Relay.Host.Tests.Support;

/// <summary>From a command line to options.</summary>
internal static class Bind
{
    internal static RelaydOptions Options(string first, params string[] args) =>
        first.StartsWith('-') ? On("test-machine", [first, .. args]) : On(first, args);

    internal static EffectiveSettings Settings(params string[] args) => Load("test-machine", args);

    private static RelaydOptions On(string machine, string[] args) => OptionsBinder.Bind(Load(machine, args));

    private static EffectiveSettings Load(string machine, string[] args)
    {
        var environment = new RelaydEnvironment
        {
            Out = TextWriter.Null,
            Error = TextWriter.Null,
            MachineName = machine,
            DefaultConfigFile = "/nonexistent/relayd.json",
        };
        return SettingsLoader.Load(CommandLine.Parse(args).Flags, environment);
    }
}
