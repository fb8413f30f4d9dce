namespace Relay.Server.Transport.Proxies;

/// <summary>What trusted proxies said of their connections. Thread safe.</summary>
public sealed class ProxyCounters
{
    private readonly long[] _counts = new long[Enum.GetValues<ProxyHeaderResult>().Length];

    /// <summary>Connections of this kind.</summary>
    public long Count(ProxyHeaderResult result) => Interlocked.Read(ref _counts[(int)result]);

    internal void Add(ProxyHeaderResult result) => Interlocked.Increment(ref _counts[(int)result]);
}
