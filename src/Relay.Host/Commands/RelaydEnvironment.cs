using System.Collections;
using System.Collections.Immutable;
using Relay.Host.Configuration;

namespace Relay.Host.Commands;

/// <summary>What the process finds around itself; a test gives its own.</summary>
internal sealed record RelaydEnvironment
{
    /// <summary>For what was asked for: help, the banner, the result of check.</summary>
    internal required TextWriter Out { get; init; }

    /// <summary>For the one line that says why it did not work.</summary>
    internal required TextWriter Error { get; init; }

    /// <summary>The variables of the process.</summary>
    internal IReadOnlyDictionary<string, string> Variables { get; init; } = ImmutableDictionary<string, string>.Empty;

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Default of <c>--node</c>.</summary>
    internal string MachineName { get; init; } = "relay";

    /// <summary>Read when no other is named.</summary>
    internal string DefaultConfigFile { get; init; } = Settings.DefaultConfigFile;

    /// <summary>Somebody looks at <see cref="Out"/> and it can show colours.</summary>
    internal bool Colours { get; init; }

    /// <summary>The real surroundings.</summary>
    internal static RelaydEnvironment OfProcess()
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToImmutableDictionary(v => (string)v.Key, v => (string?)v.Value ?? "");
        return new RelaydEnvironment
        {
            Out = Console.Out,
            Error = Console.Error,
            Variables = variables,
            MachineName = Environment.MachineName,
            Colours = !Console.IsOutputRedirected && WantsColours(variables),
        };
    }

    /// <summary>https://no-color.org: any value but an empty one says no.</summary>
    internal static bool WantsColours(IReadOnlyDictionary<string, string> variables) =>
        string.IsNullOrEmpty(variables.GetValueOrDefault("NO_COLOR")) && variables.GetValueOrDefault("TERM") != "dumb";
}
