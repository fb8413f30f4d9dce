namespace Relay.LoadTest.Commands;

/// <summary>Everything that was asked for: the load, where it goes, and where the result goes.</summary>
internal sealed record BenchOptions
{
    internal required LoadOptions Load { get; init; }

    /// <summary>The relay to start; null for one that runs already.</summary>
    internal ServerOptions? Server { get; init; }

    /// <summary>Without TLS, where that is not the relay's matter.</summary>
    internal bool Plain { get; init; }

    internal string? Json { get; init; }

    internal string? Html { get; init; }

    /// <summary>The command line, for the record.</summary>
    internal required string Command { get; init; }
}
