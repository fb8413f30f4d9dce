namespace Relay.Client.Dialing;

/// <summary>One place to connect to, and what is expected there.</summary>
internal sealed record RelayTarget
{
    /// <summary>DNS name or address: what is resolved, asked of a proxy, and named in TLS.</summary>
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string HostHeader { get; init; }

    public required string Path { get; init; }

    public required bool UseTls { get; init; }

    public required CertificateRule Certificate { get; init; }

    /// <summary>How messages name it.</summary>
    public required string Name { get; init; }

    /// <summary>Empty: ask DNS. An address: use it. Anything else: this family is off.</summary>
    public string IPv4 { get; init; } = "";

    /// <summary>As <see cref="IPv4"/>.</summary>
    public string IPv6 { get; init; } = "";

    /// <summary>The region's first node where this is another one.</summary>
    public string? IdealNode { get; init; }

    /// <summary>Of a DERP map, so that the time for each node counts.</summary>
    public bool IsNode { get; init; }
}
