using System.Net;
using System.Net.Sockets;
using Relay.Stun.Counters;
using Relay.Stun.Udp;

namespace Relay.Stun;

/// <summary>
/// The STUN server: answers Binding requests over UDP by the rules of <see cref="Answers.StunAnswer"/>. Start once, dispose
/// once; <see cref="GetStatistics"/> may be called from any thread at any time.
/// </summary>
public sealed class StunResponder : IAsyncDisposable
{
    private readonly StunResponderOptions _options;
    private readonly Lock _gate = new();
    private IStunTransport[] _transports = [];
    private volatile StunCounters[] _counters = [];
    private bool _started;
    private bool _disposed;

    /// <summary>A responder that has no sockets yet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number of sockets out of range.</exception>
    public StunResponder(StunResponderOptions? options = null)
    {
        _options = options ?? new StunResponderOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.SocketsPerEndPoint, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.SocketsPerEndPoint, StunResponderOptions.MaxSocketsPerEndPoint);
    }

    /// <summary>The addresses bound, in the order asked for, with real ports; empty before the start.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; private set; } = [];

    /// <summary>Whether datagrams are received and answered many at a time.</summary>
    internal bool IsBatched => !_options.UsePortableTransport && _options.CanBatch();

    internal IReadOnlyList<StunCounters> CountersOfSockets => _counters;

    /// <summary>
    /// Binds all of <paramref name="endPoints"/>, or none, and starts to answer. Port 0 takes a free one; <c>[::]</c> serves
    /// IPv4 too.
    /// </summary>
    /// <returns><see cref="EndPoints"/>.</returns>
    /// <exception cref="StunBindException">One of them cannot be bound. A relay should not run without what it was told to serve.</exception>
    /// <exception cref="InvalidOperationException">Started before.</exception>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    public Task<IReadOnlyList<IPEndPoint>> StartAsync(IReadOnlyList<IPEndPoint> endPoints, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endPoints);
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<IReadOnlyList<IPEndPoint>>(cancellationToken);
        try
        {
            lock (_gate) Start(endPoints);
            return Task.FromResult(EndPoints);
        }
        catch (StunBindException e)
        {
            return Task.FromException<IReadOnlyList<IPEndPoint>>(e);
        }
    }

    /// <summary>What became of all datagrams so far; works before the start and after the end, too.</summary>
    public StunStatistics GetStatistics() => new(_counters);

    /// <summary>Stops all loops and closes the sockets; returns when no thread is left. A second call does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
        }

        // All loops end before the first socket is closed: they answer through each other's.
        await Task.WhenAll(_transports.Select(transport => transport.StopAsync())).ConfigureAwait(false);
        foreach (var transport in _transports) await transport.DisposeAsync().ConfigureAwait(false);
    }

    private void Start(IReadOnlyList<IPEndPoint> endPoints)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_started) throw new InvalidOperationException("a STUN responder starts only once");
        var sockets = new List<(IPEndPoint Bound, Socket Socket)>();
        try
        {
            EndPoints = BindAll(endPoints, sockets);
            var firsts = sockets.DistinctBy(s => s.Bound).ToDictionary(s => s.Bound, s => s.Socket);
            var counters = sockets.Select(_ => new StunCounters()).ToArray();
            var batched = IsBatched;
            _transports = [.. sockets.Select((s, i) =>
                Transport(StunStations.Make(s.Socket, s.Bound, firsts, _options.Policy), counters[i], batched))];
            _counters = counters;
        }
        catch
        {
            foreach (var (_, socket) in sockets) socket.Dispose();
            throw;
        }

        _started = true;
        foreach (var transport in _transports) transport.Start();
    }

    private List<IPEndPoint> BindAll(IReadOnlyList<IPEndPoint> endPoints, List<(IPEndPoint Bound, Socket Socket)> sockets)
    {
        var count = OperatingSystem.IsLinux() ? _options.SocketsPerEndPoint : 1;
        var bound = new List<IPEndPoint>(endPoints.Count);
        foreach (var endPoint in endPoints)
        {
            // Where both wildcards are asked for, each has its own family.
            var dualStack = !endPoints.Any(e => e.Port == endPoint.Port && e.Address.Equals(IPAddress.Any));
            var made = StunSockets.Bind(endPoint, count, dualStack, _options.CreateSocket);
            bound.Add((IPEndPoint)made[0].LocalEndPoint!);
            sockets.AddRange(made.Select(socket => (bound[^1], socket)));
        }

        return bound;
    }

    private IStunTransport Transport(StunSocket socket, StunCounters counters, bool batched) =>
        batched && OperatingSystem.IsLinux()
            ? new LinuxTransport(socket, counters, _options.TimeProvider)
            : new PortableTransport(socket, counters, _options.TimeProvider);
}
