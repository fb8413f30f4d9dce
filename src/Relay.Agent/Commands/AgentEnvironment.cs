using System.Collections;
using System.Collections.Immutable;

namespace Relay.Agent.Commands;

/// <summary>What the process finds around itself; a test gives its own.</summary>
internal sealed record AgentEnvironment
{
    /// <summary>For what was asked for.</summary>
    internal required TextWriter Out { get; init; }

    /// <summary>For errors, notes and progress.</summary>
    internal required TextWriter Error { get; init; }

    /// <summary>For a key that is piped in.</summary>
    internal TextReader In { get; init; } = TextReader.Null;

    internal IReadOnlyDictionary<string, string> Variables { get; init; } = ImmutableDictionary<string, string>.Empty;

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Somebody looks at <see cref="Out"/> and it can show colours.</summary>
    internal bool Colours { get; init; }

    /// <summary>Somebody looks at <see cref="Error"/>: progress may be shown there.</summary>
    internal bool ShowsProgress { get; init; }

    /// <summary>The user wants to know more than what was asked for.</summary>
    internal bool Verbose { get; init; }

    /// <summary>Says something that only who asked for more is to see.</summary>
    internal void Note(string text)
    {
        if (Verbose) Error.WriteLine($"relay: {CommandException.OneLine(text)}");
    }

    /// <summary>The real surroundings.</summary>
    internal static AgentEnvironment OfProcess()
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToImmutableDictionary(v => (string)v.Key, v => (string?)v.Value ?? "");
        return new AgentEnvironment
        {
            Out = Console.Out,
            Error = Console.Error,
            In = Console.In,
            Variables = variables,
            // https://no-color.org: any value but an empty one says no.
            Colours = !Console.IsOutputRedirected
                && string.IsNullOrEmpty(variables.GetValueOrDefault("NO_COLOR")) && variables.GetValueOrDefault("TERM") != "dumb",
            ShowsProgress = !Console.IsErrorRedirected,
        };
    }
}
