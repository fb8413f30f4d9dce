using System.Net.Sockets;
using Relay.Agent.Up.Data;
using Relay.Client;
using Relay.Paths;
using Relay.Protocol.Keys;
using Relay.Stun.Messages;
using Relay.Udp;

namespace Relay.Agent.Up;

/// <summary>
/// Gives the path engine what it has not: a lock, a timer, sockets, relays. Packets do not come here; what does is a few
/// probes a second.
/// </summary>
internal sealed class PathDriver : IPathSink, IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly OuterSockets _outer;
    private readonly RelayNetwork _relays;
    private readonly Action<PathChange> _changed;
    private readonly IDatagramWriter _writer;
    private readonly List<TransportAddress> _refused = [];
    private readonly PathEngine _engine;
    private readonly ITimer _timer;
    private TimeSpan? _armed;
    private bool _inside, _disposed;

    internal PathDriver(NodePrivateKey key, PathOptions options, UdpIo io, OuterSockets outer, RelayNetwork relays, Action<PathChange> changed, TimeProvider time)
    {
        (Io, _outer, _relays, _changed, _time, _start) = (io, outer, relays, changed, time, time.GetTimestamp());
        _writer = io.CreateWriter(OnSendFailed);
        _engine = new PathEngine(key, this, options);
        _timer = time.CreateTimer(static driver => ((PathDriver)driver!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal UdpIo Io { get; }

    internal TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>Lock-free.</summary>
    internal PeerPath? PeerAt(TransportAddress address) => _engine.PeerAt(address);

    internal PeerPath AddPeer(NodeKey key) => Run((engine, _) => engine.AddPeer(key));

    internal void RemovePeer(NodeKey key) => Run((engine, _) => engine.RemovePeer(key));

    internal void SetNetwork(LocalNetwork network) => Run((engine, now) => engine.SetNetwork(now, network));

    internal void OnNetworkDoubt() => Run(static (engine, now) => engine.OnNetworkDoubt(now));

    internal void OnRelayConnected() => Run(static (engine, now) => engine.OnRelayConnected(now));

    internal void OnPeerGone(NodeKey key) => Run((engine, now) => engine.OnPeerGone(now, key));

    internal void Wake(PeerPath peer) => Run((engine, now) => engine.Wake(now, peer));

    internal void OnElsewhere(PeerPath peer, TransportAddress from) => Run((engine, now) => engine.OnElsewhere(now, peer, from));

    internal PathStatus Describe(PeerPath peer) => Run((engine, now) => engine.Describe(now, peer));

    internal NatReport Nat => Run(static (engine, _) => engine.Nat);

    internal void OnDatagram(TransportAddress from, ReadOnlySpan<byte> datagram)
    {
        lock (_gate)
        {
            if (_disposed) return;
            _inside = true;
            _engine.OnDatagram(Now, from, datagram);
            Settle();
        }
    }

    internal void OnRelayed(NodeKey from, ReadOnlySpan<byte> packet)
    {
        lock (_gate)
        {
            if (_disposed) return;
            _inside = true;
            _engine.OnRelayed(Now, from, packet);
            Settle();
        }
    }

    /// <summary>A packet that is no part of the engine's doings.</summary>
    internal void Send(TransportAddress address, ReadOnlyMemory<byte> packet)
    {
        // As one of the engine's own sends: should it be refused, the engine is told once the writer is done with it.
        lock (_gate)
        {
            if (_disposed) return;
            _inside = true;
            SendNow(address, packet.Span);
            Settle();
        }
    }

    /// <summary>The system refused a datagram. Called by every thread that sends.</summary>
    internal void OnSendFailed(TransportAddress to, int size, SocketError error)
    {
        if (error is not (SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.AddressNotAvailable)) return;
        lock (_gate)
        {
            if (_disposed || _refused.Contains(to)) return;
            _refused.Add(to);
            if (_inside) return; // from within one of the engine's own sends: it is told afterwards
            _inside = true;
            Settle();
        }
    }

    void IPathSink.SendDatagram(TransportAddress address, ReadOnlySpan<byte> datagram) => SendNow(address, datagram);

    void IPathSink.SendRelayed(NodeKey peer, ReadOnlySpan<byte> packet)
    {
        if (_relays.TryPost(peer, packet.ToArray())) _relays.Flush();
    }

    void IPathSink.PathChanged(PathChange change) => _changed(change);

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _engine.Dispose();
        }

        _timer.Dispose();
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_disposed) return;
            // It may ring a little early; then it is to be set again, for the same time.
            _armed = null;
            _inside = true;
            _engine.OnTimer(Now);
            Settle();
        }
    }

    private void SendNow(TransportAddress address, ReadOnlySpan<byte> datagram)
    {
        if (_outer.For(address.Family) is not { } socket) return;
        _writer.Add(socket, address, datagram);
        _writer.Flush();
    }

    private void Run(Action<PathEngine, TimeSpan> what)
    {
        lock (_gate)
        {
            if (_disposed) return;
            _inside = true;
            what(_engine, Now);
            Settle();
        }
    }

    private T Run<T>(Func<PathEngine, TimeSpan, T> what)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _inside = true;
            var result = what(_engine, Now);
            Settle();
            return result;
        }
    }

    private void Settle()
    {
        // What these calls send may be refused in turn; that is not told again.
        for (var (i, count) = (0, _refused.Count); i < count; i++) _engine.OnUnreachable(Now, _refused[i]);
        _refused.Clear();
        _inside = false;
        Arm();
    }

    private void Arm()
    {
        var deadline = _engine.NextDeadline;
        if (deadline == _armed) return;
        _armed = deadline;
        var wait = TimeSpan.FromTicks(Math.Clamp((deadline - Now).Ticks, 0, Longest.Ticks));
        // A timer's unit is the millisecond: rounded down it would ring early, and again.
        _timer.Change(deadline == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : wait + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }
}
