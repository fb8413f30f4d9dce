namespace Relay.Host.Configuration;

/// <summary>Which authority issues the certificate, and in whose name.</summary>
internal sealed record AcmeOptions
{
    public required Uri Directory { get; init; }

    /// <summary>Null for none.</summary>
    public required string? Email { get; init; }

    /// <summary>The kind of certificate; null leaves it to the authority.</summary>
    public required string? Profile { get; init; }

    /// <summary>Account at the authority that the ACME account is bound to; null for none. Then <see cref="EabHmacFile"/> is not null either.</summary>
    public required string? EabKid { get; init; }

    /// <summary>Holds the secret of that account.</summary>
    public required string? EabHmacFile { get; init; }
}
