using Relay.Acme.Signing;

namespace Relay.Acme;

/// <summary>Which authority, and in whose name. Immutable.</summary>
public sealed record AcmeClientOptions
{
    /// <summary>Where the authority's directory is.</summary>
    public required Uri Directory { get; init; }

    /// <summary>The account's key. Stays the caller's to dispose of.</summary>
    public required AccountKey Key { get; init; }

    /// <summary>The key was used with this authority before, so there should be an account.</summary>
    public bool IsKnown { get; init; }

    /// <summary>Where the authority may write to; null for none.</summary>
    public string? Email { get; init; }

    /// <summary>For authorities that ask for it; null for none.</summary>
    public ExternalAccount? ExternalAccount { get; init; }

    /// <summary>The kind of certificate, from those that the authority offers; null leaves it to the authority.</summary>
    public string? Profile { get; init; }

    /// <summary>Longest time for one answer, nonces included; it is asked three times. Default 20 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Longest time for the authority to look at the challenges, and again to make the certificate. Default 3 min.</summary>
    public TimeSpan PollTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The clock of all waits.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
