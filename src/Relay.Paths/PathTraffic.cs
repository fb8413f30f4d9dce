namespace Relay.Paths;

/// <summary>WireGuard's packets and bytes to and from a peer, by path. A packet sent both ways counts on both.</summary>
public readonly record struct PathTraffic(
    long SentDirect,
    long SentRelayed,
    long ReceivedDirect,
    long ReceivedRelayed,
    long BytesSentDirect,
    long BytesSentRelayed,
    long BytesReceivedDirect,
    long BytesReceivedRelayed);
