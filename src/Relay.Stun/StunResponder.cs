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

        await Task.WhenAll(_transports.Select(transport => transport.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    private void Start(IReadOnlyList<IPEndPoint> endPoints)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_started) throw new InvalidOperationException("a STUN responder starts only once");
        var sockets = new List<Socket>();
        try
        {
            EndPoints = BindAll(endPoints, sockets);
            var counters = sockets.Select(_ => new StunCounters()).ToArray();
            _transports = [.. sockets.Select((socket, i) => Transport(socket, counters[i]))];
            _counters = counters;
        }
        catch
        {
            foreach (var socket in sockets) socket.Dispose();
            throw;
        }

        _started = true;
        foreach (var transport in _transports) transport.Start();
    }

    private List<IPEndPoint> BindAll(IReadOnlyList<IPEndPoint> endPoints, List<Socket> sockets)
    {
        var count = OperatingSystem.IsLinux() ? _options.SocketsPerEndPoint : 1;
        var bound = new List<IPEndPoint>(endPoints.Count);
        foreach (var endPoint in endPoints)
        {
            var first = sockets.Count;
            sockets.AddRange(StunSockets.Bind(endPoint, count, _options.CreateSocket));
            bound.Add((IPEndPoint)sockets[first].LocalEndPoint!);
        }

        return bound;
    }

    private IStunTransport Transport(Socket socket, StunCounters counters) =>
        OperatingSystem.IsLinux() && !_options.UsePortableTransport
            ? new LinuxTransport(socket, _options.Policy, counters, _options.TimeProvider)
            : new PortableTransport(socket, _options.Policy, counters, _options.TimeProvider);
}
