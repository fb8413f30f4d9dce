using System.Net;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Server.Admission;
using Relay.Server.Balance;
using Relay.Server.Diagnostics;
using Relay.Server.Limits;
using Relay.Server.Queues;
using Relay.Server.Routing;
using Relay.Server.Transport;

namespace Relay.Server.Connections;

/// <summary>
/// One connection of a client, from the greeting to the end. Its reader is one async method that never waits for another
/// client; what is to be written goes through the <see cref="Queues.Outbox"/>. (spec/derp.md 15.)
/// </summary>
internal sealed partial class Session : IRoute, IDisposable
{
    // Room for what can be owed at once: to a client, when another relay is lost, a notice of each of the 27,000 peers that it
    // heard from there; to a watcher, one of each of some 200,000 clients.
    internal const int MaxControlBytes = 1024 * 1024;
    private const int MaxMeshControlBytes = 16 * 1024 * 1024;

    private const int NotEnded = -1;

    private readonly SessionContext _context;
    private readonly RelayConnection _connection;
    private readonly ReceiveBuffer _buffer;
    private int _end = NotEnded;
    private volatile bool _hasRival;
    private Grant? _grant;
    private Pacer? _pacer;
    private ByteRate? _announcedRate;
    private HealthNotice? _health;

    public Session(long id, SessionContext context, RelayConnection connection)
    {
        Id = id;
        _context = context;
        _connection = connection;
        _buffer = new ReceiveBuffer(connection.Received.Span);
        Membership = new LinkedListNode<Session>(this);
        Outbox = new Outbox(connection.Stream, context.Clock, context.QueueLimit, MaxControlBytes, End);
    }

    /// <summary>Numbers connections from 1 on; for logs.</summary>
    public long Id { get; }

    /// <summary>The key that the client proved; zero before.</summary>
    public NodeKey Key { get; private set; }

    /// <summary>What the client said of itself.</summary>
    public ClientInfo Info { get; private set; } = new();

    /// <summary>The handshake is done: the key is proved and admitted.</summary>
    public bool IsClient { get; private set; }

    /// <summary>The client knows the region's mesh key.</summary>
    public bool HasMeshRights { get; private set; }

    /// <summary>Whom the client reaches: null is the network without a name.</summary>
    public Network? Network => _grant?.Network;

    /// <summary>What the client may send: what admission says, else what all may; null for no limit.</summary>
    private ByteRate? Rate => HasMeshRights ? null : _grant?.Rate ?? _context.ClientRate.Current;

    /// <summary>The client said that this relay is its home.</summary>
    public bool IsHome { get; private set; }

    /// <summary>How the client's frames travel.</summary>
    public TransportKind Transport => _connection.Transport;

    /// <summary>The client would rather be on another node.</summary>
    public bool NotIdeal => IdealNode is not null;

    /// <summary>On which; empty when that was not understood, null when it is right here.</summary>
    public string? IdealNode => _connection.IdealNode;

    /// <summary>When it became a client, by the coarse clock.</summary>
    public long ConnectedAt { get; private set; }

    /// <summary>Neither a relay or a monitor of the region nor a prober.</summary>
    public bool IsOrdinaryClient => IsClient && !HasMeshRights && !Info.IsProber;

    /// <summary>The client's address; null when unknown.</summary>
    public IPEndPoint? RemoteEndPoint => _connection.RemoteEndPoint;

    /// <summary>What waits to be written to the client.</summary>
    public Outbox Outbox { get; }

    Outbox? IRoute.Outbox => Outbox;

    bool IRoute.IsLink => false;

    /// <summary>What the client sent.</summary>
    public InboundCounters Counters { get; } = new();

    /// <summary>What the client sent, and what was taken for it.</summary>
    public MovedBytes Moved => new(Counters.Bytes, Outbox.Counters.Bytes);

    /// <summary>Belongs to <see cref="IdealNotices"/>.</summary>
    public IdealMark Ideal { get; set; }

    /// <summary>Belongs to <see cref="TalkerSurvey"/>.</summary>
    public MovedBytes Surveyed { get; set; }

    /// <summary>Null before the first time. Belongs to <see cref="ShareBook"/>.</summary>
    public MovedBytes? Accounted { get; set; }

    /// <summary>The last sum over all sessions that has counted this one; under the lock of the <see cref="SessionTable"/>.</summary>
    public long SummedIn { get; set; }

    /// <summary>Belongs to <see cref="TcpSampler"/>.</summary>
    public TcpInfo Sampled { get; set; }

    /// <summary>Its place among the connections of its key. Belongs to the directory and its lock.</summary>
    public LinkedListNode<Session> Membership { get; }

    /// <summary>Another connection here has the same key. Belongs to the directory and its lock.</summary>
    public bool IsDuplicate { get; set; }

    /// <summary>Another connection, here or on another relay, may have the same key: whatever this one sends is news. Set by the directory.</summary>
    public bool HasRival
    {
        get => _hasRival;
        set => _hasRival = value;
    }

    /// <summary>Keys whose leaving this connection is to be told of. Belongs to the directory and its lock.</summary>
    public HashSet<Peer> Subscriptions { get; } = [];

    /// <summary>The flags that watchers are told.</summary>
    public PeerPresence Presence
    {
        get
        {
            var flags = (HasMeshRights ? PeerPresence.MeshPeer : 0)
                | (Info.IsProber ? PeerPresence.Prober : 0)
                | (NotIdeal ? PeerPresence.NotIdeal : 0);
            return flags == 0 ? PeerPresence.Regular : flags;
        }
    }

    /// <summary>Serves the connection to its end and returns why it ended. Throws only for a fault of the relay itself.</summary>
    public async Task<EndReason> RunAsync()
    {
        EndReason end;
        try
        {
            end = await HandshakeAsync().ConfigureAwait(false) ?? await ServeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            end = EndReason.ReadError;
        }

        // What another thread decided comes first: the read failed because of it.
        var first = Interlocked.CompareExchange(ref _end, (int)end, NotEnded);
        return first == NotEnded ? end : (EndReason)first;
    }

    /// <summary>Ends the connection from any thread. The first reason counts.</summary>
    public void End(EndReason reason)
    {
        if (Interlocked.CompareExchange(ref _end, (int)reason, NotEnded) != NotEnded) return;
        try
        {
            _connection.Abort();
        }
        catch (Exception e)
        {
            // Whoever ends a connection is a heartbeat, or another client under a lock: neither is to suffer for its faults.
            Log.SessionFault(_context.Logger, e, Id, Key);
        }

        Volatile.Read(ref _pacer)?.Wake();
    }

    /// <summary>It is decided that it ends.</summary>
    public bool IsEnding => Volatile.Read(ref _end) != NotEnded;

    /// <summary>The TCP connection to the client; null while there is no client, and where the kernel does not tell.</summary>
    public TcpInfo? ReadTcpInfo() => IsClient && _connection.Socket is { } socket ? TcpInfo.Of(socket.Socket) : null;

    /// <summary>Tells the client that the relay is about to stop, and when to come back.</summary>
    public void TellRestart(TimeSpan reconnectIn, TimeSpan tryFor)
    {
        Span<byte> frame = stackalloc byte[FrameWriter.RestartingSize];
        FrameWriter.Restarting(frame, reconnectIn, tryFor);
        Outbox.AppendControl(frame);
        Outbox.Flush();
    }

    /// <summary>Appends what the client is to be told of this problem, if that is news; an empty text when it is over.</summary>
    public void TellHealth(HealthProblem problem, string text) =>
        LazyInitializer.EnsureInitialized(ref _health, () => new HealthNotice(Outbox)).Set(problem, text);

    /// <inheritdoc/>
    public void Dispose()
    {
        _buffer.Dispose();
        _pacer?.Dispose();
    }

    private async Task<EndReason> ServeAsync()
    {
        _keepAlivePeriod = (long)(_context.Options.KeepAliveInterval + Random.Shared.NextDouble() * TimeSpan.FromSeconds(5)).TotalMilliseconds;
        Volatile.Write(ref _nextKeepAlive, _context.Clock.Milliseconds + _keepAlivePeriod);
        ConnectedAt = _context.Clock.Milliseconds;
        _context.Directory.Join(this);
        try
        {
            // ServerInfo was appended before anybody could find this key, so it is written first.
            Outbox.Flush();
            return await ReadFramesAsync().ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _nextKeepAlive, 0);
            // What came before a reset has gone to its receivers' outboxes, and nobody else may write it soon.
            FlushTouched();
            _context.Directory.Leave(this);
            Outbox.Close(DropReason.GoneDisconnected);
            // A write under way may not be overtaken by the end of the TLS session. The heartbeat bounds it.
            await Outbox.WhenIdleAsync().ConfigureAwait(false);
        }
    }
}
