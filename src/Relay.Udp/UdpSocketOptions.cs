namespace Relay.Udp;

/// <summary>How a socket is to be.</summary>
public sealed record UdpSocketOptions
{
    /// <summary>What may wait in either direction, in bytes; the system may grant less. Default 7 MiB, some 5000 full packets.</summary>
    public int BufferSize { get; init; } = 7 << 20;

    /// <summary>Never send fragments, nor let routers make any: what is too long is an error or lost. Default false.</summary>
    public bool DontFragment { get; init; }
}
