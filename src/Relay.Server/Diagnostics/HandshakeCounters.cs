using Relay.Server.Connections;

namespace Relay.Server.Diagnostics;

/// <summary>How DERP handshakes ended: from the greeting to the ServerInfo, admission included. Thread safe.</summary>
public sealed class HandshakeCounters
{
    private readonly Lock _lock = new();
    private readonly DurationHistogram _completed = new();
    private readonly long[] _failed = new long[Enum.GetValues<EndReason>().Length];

    /// <summary>Time that the successful ones took. Its count is theirs.</summary>
    public DurationHistogram Completed => _completed;

    /// <summary>Connections that ended for <paramref name="reason"/> before they were clients.</summary>
    public long Failed(EndReason reason) => Volatile.Read(ref _failed[(int)reason]);

    internal void Complete(TimeSpan duration)
    {
        lock (_lock) _completed.Add(duration);
    }

    internal void Fail(EndReason reason)
    {
        lock (_lock) _failed[(int)reason]++;
    }
}
