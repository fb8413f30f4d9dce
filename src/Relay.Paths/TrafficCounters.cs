namespace Relay.Paths;

/// <summary>Counts that any thread adds to and the engine samples.</summary>
internal sealed class TrafficCounters
{
    private long _sentDirect, _sentRelayed, _receivedDirect, _receivedRelayed;
    private long _bytesSentDirect, _bytesSentRelayed, _bytesReceivedDirect, _bytesReceivedRelayed;

    internal long TotalSentDirect => Interlocked.Read(ref _sentDirect);

    internal long TotalSent => Interlocked.Read(ref _sentDirect) + Interlocked.Read(ref _sentRelayed);

    internal long TotalReceivedDirect => Interlocked.Read(ref _receivedDirect);

    internal long TotalReceivedRelayed => Interlocked.Read(ref _receivedRelayed);

    internal void Sent(PathRoute route, int packets, long bytes)
    {
        if (route.UsesDirect)
        {
            Interlocked.Add(ref _sentDirect, packets);
            Interlocked.Add(ref _bytesSentDirect, bytes);
        }

        if (route.UsesRelay)
        {
            Interlocked.Add(ref _sentRelayed, packets);
            Interlocked.Add(ref _bytesSentRelayed, bytes);
        }
    }

    internal void ReceivedDirect(int packets, long bytes)
    {
        Interlocked.Add(ref _receivedDirect, packets);
        Interlocked.Add(ref _bytesReceivedDirect, bytes);
    }

    internal void ReceivedRelayed(int packets, long bytes)
    {
        Interlocked.Add(ref _receivedRelayed, packets);
        Interlocked.Add(ref _bytesReceivedRelayed, bytes);
    }

    internal PathTraffic Read() => new(
        Interlocked.Read(ref _sentDirect),
        Interlocked.Read(ref _sentRelayed),
        Interlocked.Read(ref _receivedDirect),
        Interlocked.Read(ref _receivedRelayed),
        Interlocked.Read(ref _bytesSentDirect),
        Interlocked.Read(ref _bytesSentRelayed),
        Interlocked.Read(ref _bytesReceivedDirect),
        Interlocked.Read(ref _bytesReceivedRelayed));
}
