using Relay.Client.Regions;
using Relay.Protocol.Map;

namespace Relay.Client;

/// <summary>
/// A client of all the relays of a DERP map. It stays connected to its home, the nearest region, where others reach it; it
/// connects to a peer's home when there is a packet for it, and leaves again when that is idle; and it answers a peer by the
/// way it was heard. The home is measured now and then and changes where that is worth it: first the new connection, then
/// <see cref="HomeChanged"/>, and the old one stays for as long as peers use it.
/// </summary>
/// <remarks>
/// Sending and everything else is thread safe; receiving is for one caller at a time, and somebody has to do it: pings are
/// answered and ways are learned in there. Events come from any thread, those of one region in order; handlers must be quick
/// and not throw.
/// </remarks>
public sealed partial class RelayNetwork : IAsyncDisposable
{
    private static readonly TimeSpan StartSlack = TimeSpan.FromSeconds(20);

    private readonly RelayNetworkOptions _options;
    private readonly TimeProvider _time;
    private readonly RegionLinks _links;
    private readonly RelayPeers _peers;
    private readonly HomeKeeper _keeper;
    private readonly MessageMerge _merge;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _atHome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RelayException? _failure;
    private Task _running = Task.CompletedTask;
    private int _started;

    /// <summary>A client of <paramref name="map"/>. Nothing is connected yet.</summary>
    /// <exception cref="FormatException">A node of the map has a pin, a port or a name that cannot be.</exception>
    public RelayNetwork(DerpMap map, RelayNetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(options);
        Check(map, options);
        (_options, _time) = (options, options.Client.TimeProvider);
        _merge = new MessageMerge(Note);
        _links = new RegionLinks(map, options, _merge, OnChanged);
        _peers = new RelayPeers(_links, options.MaxLearnedPeers);
        _keeper = new HomeKeeper(_links, options, OnMoved);
    }

    /// <summary>The home changed, and is connected: this is what peers, or whoever tells them, should know.</summary>
    public event EventHandler<HomeChangedEventArgs>? HomeChanged;

    /// <summary>A region was connected to, or could not be, or was lost, or was left.</summary>
    public event EventHandler<RegionChangedEventArgs>? RegionChanged;

    /// <summary>The region where others reach this client; null: not yet chosen, or not yet reached.</summary>
    public int? Home => _keeper.Home;

    /// <summary>The map in use.</summary>
    public DerpMap Map => _links.Map;

    /// <summary>The regions that are connected to, or are being connected to: those that are kept first, the home first of all.</summary>
    public IReadOnlyList<RegionStatus> Regions =>
        [.. _links.All.OrderBy(link => link.Rank).Select(link => new RegionStatus(link.Id, link.State)
        {
            IsHome = link.Id == _keeper.Home,
            IsKept = link.Rank != RegionLink.Unranked,
            IsConnected = link.IsUp,
            IsSteady = link.IsSteady,
            RemoteEndPoint = link.RemoteEndPoint,
            Latency = _keeper.Latencies.Last(link.Id),
        })];

    /// <summary>Starts to measure, choose and connect, and does not wait for it. Once.</summary>
    public void Start()
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        if (Interlocked.Exchange(ref _started, 1) != 0) throw new InvalidOperationException("the network was started already");
        _running = Task.WhenAll(RunAsync(_keeper.RunAsync), RunAsync(SweepAsync));
    }

    /// <summary>Starts, and waits until the home is connected.</summary>
    /// <exception cref="RelayException">
    /// No region could be reached within <see cref="RelayClientOptions.ConnectTimeout"/> and 20 s for measuring. It goes on trying.
    /// </exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        Start();
        var limit = _options.Client.ConnectTimeout + StartSlack;
        try
        {
            await _atHome.Task.WaitAsync(limit, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            var last = _failure is { } failure ? $"the last failure: {failure.Message}" : "a map with a region that relays was expected";
            throw new RelayException(RelayError.Timeout, $"no region of the map could be reached within {RelayText.Seconds(limit)}; {last}", _failure);
        }
    }

    /// <summary>
    /// Goes over to another map: regions that are not in it are left, regions that are not as they were are connected to anew,
    /// and what there is is measured. Ends when what was left is closed.
    /// </summary>
    /// <exception cref="FormatException">A node of the map has a pin, a port or a name that cannot be; the old map stays.</exception>
    public async Task UseAsync(DerpMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        Check(map, _options);
        await _links.UseAsync(map).ConfigureAwait(false);
        _keeper.Hurry();
    }

    /// <summary>
    /// The network of this machine changed, or the machine slept: what was measured counts for nothing and is measured anew, and
    /// connections that do not answer within a second are given up for new ones. Nobody else notices a relay that fell silent
    /// before <see cref="RelayClientOptions.SilenceTimeout"/>.
    /// </summary>
    /// <param name="sure">Whether they are known to be broken and need not be asked.</param>
    public Task CheckAsync(bool sure = false)
    {
        _keeper.Latencies.Clear();
        _keeper.Hurry();
        return Task.WhenAll(_links.All.Select(link => link.CheckAsync(sure)));
    }

    /// <summary>Closes all connections; a receive under way ends with <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested) return;
        await _closing.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // a handler or a Measure that threw
        await _links.DisposeAsync().ConfigureAwait(false);
        _merge.Close();
        _atHome.TrySetException(new ObjectDisposedException(nameof(RelayNetwork)));
        _ = _atHome.Task.Exception;
    }

    // All of it at once: otherwise whoever first sends to a region would find out that it cannot be connected to.
    private static void Check(DerpMap map, RelayNetworkOptions options)
    {
        foreach (var region in map.Regions.Values.Where(RegionLinks.IsRelayed)) _ = RelayEndpoint.FromRegion(region, options.PlainHttp);
    }

    private async Task RunAsync(Func<CancellationToken, Task> part)
    {
        try
        {
            await Task.Run(() => part(_closing.Token), _closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The network is closed.
        }
    }

    private async Task SweepAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(_options.IdleTimeout / 4, _time);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false)) await _links.SweepAsync().ConfigureAwait(false);
    }

    private void OnChanged(RegionLink link, RelayStateChangedEventArgs change, bool lost)
    {
        if (change.Cause is { } cause) _failure = cause;
        if (change.State == RelayState.Connected) _keeper.Connected(link.Id);
        if (lost && link.Id == _keeper.Home && !_closing.IsCancellationRequested) _keeper.Hurry();
        RegionChanged?.Invoke(this, new RegionChangedEventArgs(link.Id, change));
    }

    private void OnMoved(int home)
    {
        _atHome.TrySetResult();
        HomeChanged?.Invoke(this, new HomeChangedEventArgs(home));
    }
}
