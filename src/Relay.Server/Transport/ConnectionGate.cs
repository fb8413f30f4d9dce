using System.Net;

namespace Relay.Server.Transport;

/// <summary>
/// Counts the connections of the public listeners and bounds their number and rate, in all and for each source. A refusal
/// costs the caller one closed socket and never stops the relay from accepting. Thread safe.
/// </summary>
/// <param name="time">The clock of the rate.</param>
/// <param name="maxConnections">Connections open at once.</param>
/// <param name="acceptRate">Connections a second, a second's worth of them in one burst; 0 for no limit.</param>
/// <param name="maxPerSource">Connections open at once from one IPv4 address or IPv6 /64; 0 for no limit.</param>
/// <param name="acceptRatePerSource">Connections a second from one of these; 0 for no limit.</param>
/// <param name="maxHandshakes">Connections at once that are no client yet; beyond them, the oldest makes room.</param>
public sealed class ConnectionGate(
    TimeProvider time, int maxConnections = 100_000, int acceptRate = 0, int maxPerSource = 0, int acceptRatePerSource = 0,
    int maxHandshakes = 5_000)
{
    private readonly long[] _verdicts = new long[Enum.GetValues<GateVerdict>().Length];
    private readonly AcceptBucket _all = new(acceptRate, time);
    private readonly SourceTable? _sources = maxPerSource > 0 || acceptRatePerSource > 0 ? new SourceTable(maxPerSource, acceptRatePerSource, time) : null;
    private readonly HandshakeTable _handshakes = new(maxHandshakes, time);
    private int _open;
    private long _acceptErrors;

    /// <summary>Connections that may be open at once.</summary>
    public int MaxConnections => maxConnections;

    /// <summary>Connections open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Those of them that are no client yet.</summary>
    public int Handshakes => _handshakes.Count;

    /// <summary>Connections let in since the start.</summary>
    public long Accepted => Interlocked.Read(ref _verdicts[(int)GateVerdict.Admitted]);

    /// <summary>Times that accepting failed for want of something here, such as file descriptors.</summary>
    public long AcceptErrors => Interlocked.Read(ref _acceptErrors);

    /// <summary>Connections refused, or ended, since the start for <paramref name="reason"/>.</summary>
    public long Refused(GateVerdict reason) => reason == GateVerdict.Admitted ? 0 : Interlocked.Read(ref _verdicts[(int)reason]);

    /// <summary>Sources that are remembered.</summary>
    internal int RememberedSources => _sources?.Count ?? 0;

    /// <summary>Asks for a connection from <paramref name="source"/>; null for one that no source can be blamed for.</summary>
    internal GateVerdict TryEnter(IPAddress? source = null)
    {
        var verdict = Judge(source);
        Interlocked.Increment(ref _verdicts[(int)verdict]);
        return verdict;
    }

    /// <summary>A connection that was let in has ended.</summary>
    internal void Leave(IPAddress? source = null)
    {
        Interlocked.Decrement(ref _open);
        LeaveSource(source);
    }

    /// <summary>
    /// The source of a connection that is in already turned out to be another one, behind a proxy. It is not counted as a
    /// connection again, but as one of that source.
    /// </summary>
    internal GateVerdict TryEnterSource(IPAddress source)
    {
        var verdict = _sources?.TryEnter(source) ?? GateVerdict.Admitted;
        if (verdict != GateVerdict.Admitted) Interlocked.Increment(ref _verdicts[(int)verdict]);
        return verdict;
    }

    internal void LeaveSource(IPAddress? source)
    {
        if (source is not null) _sources?.Leave(source);
    }

    /// <summary>A connection that was let in begins to shake hands. <paramref name="abort"/> ends it should it have to make room.</summary>
    internal LinkedListNode<Handshake> BeginHandshake(Action abort)
    {
        var handshake = _handshakes.Begin(abort, out var oldest);
        if (oldest is { } ended)
        {
            Interlocked.Increment(ref _verdicts[(int)GateVerdict.TooManyHandshakes]);
            ended.Abort();
        }

        return handshake;
    }

    internal void EndHandshake(LinkedListNode<Handshake> handshake) => _handshakes.End(handshake);

    internal void AcceptFailed() => Interlocked.Increment(ref _acceptErrors);

    // The source first: what one of them is refused for takes nothing from the others' share.
    private GateVerdict Judge(IPAddress? source)
    {
        var verdict = source is null || _sources is null ? GateVerdict.Admitted : _sources.TryEnter(source);
        if (verdict != GateVerdict.Admitted) return verdict;
        if (Interlocked.Increment(ref _open) > maxConnections) verdict = GateVerdict.TooMany;
        else if (!_handshakes.HasRoom()) verdict = GateVerdict.TooManyHandshakes;
        else if (!_all.TryTake()) verdict = GateVerdict.TooFast;
        if (verdict != GateVerdict.Admitted) Leave(source);
        return verdict;
    }
}
