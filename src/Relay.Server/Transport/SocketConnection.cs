using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Relay.Server.Transport;

/// <summary>One accepted connection as Kestrel sees it. Its pipes, its token and its name are made only if somebody asks.</summary>
internal sealed class SocketConnection : ConnectionContext, IConnectionIdFeature, IConnectionTransportFeature,
    IConnectionItemsFeature, IConnectionLifetimeFeature, IConnectionEndPointFeature, IMemoryPoolFeature,
    IRelayStreamFeature, IListenerFeature, IHandshakeFeature
{
    private static long _lastId;

    private readonly SocketTransportOptions _options;
    private readonly ConnectionGate _gate;
    private readonly IPAddress? _source;
    private readonly long _id = Interlocked.Increment(ref _lastId);
    private readonly ConnectionFeatures _features = new();
    private readonly Lock _closedLock = new();
    private CancellationTokenSource? _closedSource;
    private CancellationToken? _closedToken;
    private bool _closed;
    private string? _idText;
    private IDictionary<object, object?>? _items;
    private IDuplexPipe? _transport;
    private LinkedListNode<Handshake>? _handshake;

    public SocketConnection(SocketStream socket, ListenerRole role, ConnectionGate gate, SocketTransportOptions options)
    {
        Socket = socket;
        Role = role;
        _gate = gate;
        _options = options;
        LocalEndPoint = EndPointOf(socket.Socket, local: true);
        RemoteEndPoint = EndPointOf(socket.Socket, local: false);
        _source = options.SourceOf(RemoteEndPoint);
        _features.Set<IConnectionIdFeature>(this);
        _features.Set<IConnectionTransportFeature>(this);
        _features.Set<IConnectionItemsFeature>(this);
        _features.Set<IConnectionLifetimeFeature>(this);
        _features.Set<IConnectionEndPointFeature>(this);
        _features.Set<IMemoryPoolFeature>(this);
        _features.Set<IRelayStreamFeature>(this);
        _features.Set<IListenerFeature>(this);
        _features.Set<IHandshakeFeature>(this);
        _handshake = gate.BeginHandshake(Abort);
    }

    public SocketStream Socket { get; }

    public Stream Stream => Socket;

    public ListenerRole Role { get; }

    public MemoryPool<byte> MemoryPool => _options.Pool;

    public override IFeatureCollection Features => _features;

    public override string ConnectionId
    {
        get => _idText ??= _id.ToString(CultureInfo.InvariantCulture);
        set => _idText = value;
    }

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new Dictionary<object, object?>();
        set => _items = value;
    }

    public override IDuplexPipe Transport
    {
        get => _transport ??= new StreamDuplexPipe(Socket, _options.Pool, this);
        set => _transport = value;
    }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public override CancellationToken ConnectionClosed
    {
        get
        {
            lock (_closedLock)
            {
                if (_closedToken is { } replaced) return replaced;
                if (_closed) return new CancellationToken(canceled: true);
                return (_closedSource ??= new CancellationTokenSource()).Token;
            }
        }

        set => _closedToken = value;
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        Socket.Abort();
        SignalClosed();
    }

    public override void Abort() => Abort(new ConnectionAbortedException());

    public void Complete()
    {
        if (Interlocked.Exchange(ref _handshake, null) is { } handshake) _gate.EndHandshake(handshake);
    }

    public override async ValueTask DisposeAsync()
    {
        await Socket.CloseAsync(_options.CloseTimeout).ConfigureAwait(false);
        SignalClosed();
        _closedSource?.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private void SignalClosed()
    {
        lock (_closedLock)
        {
            if (_closed) return;
            _closed = true;
        }

        Complete();
        _gate.Leave(_source);

        // Whoever hears of it runs on a thread of its own: Abort is called from ticks and from under locks.
        if (_closedSource is { } source) ThreadPool.UnsafeQueueUserWorkItem(static source => Cancel(source), source, preferLocal: false);
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (Exception e) when (e is ObjectDisposedException or AggregateException)
        {
            // The connection was gone before its end was told; or whoever was told failed, which must not end the process.
        }
    }

    private static EndPoint? EndPointOf(Socket socket, bool local)
    {
        try
        {
            // A listener on [::] sees IPv4 clients as ::ffff:a.b.c.d; rules and logs are about a.b.c.d.
            var endPoint = local ? socket.LocalEndPoint : socket.RemoteEndPoint;
            return endPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
                ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port)
                : endPoint;
        }
        catch (SocketException)
        {
            return null; // reset before it was accepted
        }
    }
}
