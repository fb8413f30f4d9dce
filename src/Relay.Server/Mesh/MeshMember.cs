using Relay.Protocol.Keys;

namespace Relay.Server.Mesh;

/// <summary>Another relay of the region, as this one is to reach it. Two that are equal are one link.</summary>
public sealed record MeshMember
{
    /// <summary>What the operator calls it; the label of its link in metrics and logs.</summary>
    public required string Name { get; init; }

    /// <summary>The DNS name or address that its certificate is for.</summary>
    public required string Host { get; init; }

    /// <summary>Its TCP port.</summary>
    public required int Port { get; init; }

    /// <summary>The address to connect to; null for those of <see cref="Host"/>.</summary>
    public string? Address { get; init; }

    /// <summary><c>sha256-raw:</c> and the hash of its certificate, when no authority vouches for it.</summary>
    public string? Pin { get; init; }

    /// <summary>Its relay key, where it is known before the first connection; else zero.</summary>
    public NodeKey Key { get; init; }

    /// <summary>It speaks HTTP without TLS: for trials on one machine.</summary>
    public bool PlainHttp { get; init; }
}
