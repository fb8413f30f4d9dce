using System.Net;
using Relay.Protocol.Map;

namespace Relay.Client.Regions;

/// <summary>A region that this client is connected to, or is connecting to.</summary>
internal sealed partial class RegionLink : IAsyncDisposable
{
    /// <summary>The rank of a link that is not kept.</summary>
    internal const int Unranked = int.MaxValue;

    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(1);

    private readonly RelayClient _client;
    private readonly TimeProvider _time;
    private readonly WaitingPackets _waiting;
    private readonly Action<RegionLink, RelayStateChangedEventArgs, bool> _changed;
    private volatile TaskCompletionSource _up = NewUp();
    private volatile LinkUptime? _uptime;
    private volatile bool _leaving, _preferred;
    private volatile int _rank = Unranked;
    private long _downSince;

    /// <param name="region">Where to connect to.</param>
    /// <param name="plainHttp">Without TLS.</param>
    /// <param name="options">How.</param>
    /// <param name="merge">Where to say that there is a message.</param>
    /// <param name="changed">Told of each change, and whether it is that a connection was lost.</param>
    internal RegionLink(
        DerpRegion region, bool plainHttp, RelayClientOptions options, MessageMerge merge,
        Action<RegionLink, RelayStateChangedEventArgs, bool> changed)
    {
        (Region, _merge, _changed, _time, _onReceived) = (region, merge, changed, options.TimeProvider, OnReceived);
        _waiting = new WaitingPackets(_time);
        (_downSince, _lastUsed) = (_time.GetTimestamp(), _time.GetTimestamp());
        _client = new RelayClient(RelayEndpoint.FromRegion(region, plainHttp), options with { Preferred = false });
        _client.StateChanged += (_, change) => OnChanged(change);
    }

    internal DerpRegion Region { get; }

    internal int Id => Region.RegionID;

    internal RelayState State => _client.State;

    internal bool IsUp => _client.Connection is not null;

    /// <summary>Connected, and not about to restart.</summary>
    internal bool IsSteady => IsUp && !_leaving;

    /// <summary>How long there has been no connection; null while there is one.</summary>
    internal TimeSpan? DownFor => IsUp ? null : _time.GetElapsedTime(Volatile.Read(ref _downSince));

    internal EndPoint? RemoteEndPoint => _client.Connection?.RemoteEndPoint;

    /// <summary>Its place among the links that are kept: 0 is the home.</summary>
    internal int Rank
    {
        get => _rank;
        set => _rank = value;
    }

    /// <summary>Starts connecting; from now on it stays connected.</summary>
    internal void Start()
    {
        if (Begin()) _merge.Add(this);
    }

    /// <summary>Whether there is a connection now, or within a time.</summary>
    internal async Task<bool> IsUpWithinAsync(TimeSpan limit, CancellationToken stop)
    {
        try
        {
            await _up.Task.WaitAsync(limit, _time, stop).ConfigureAwait(false);
            return IsUp;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Tells the relay, and each after it, whether this is the home. Nothing waits for that.</summary>
    internal void Prefer(bool preferred)
    {
        if (_preferred == preferred) return;
        _preferred = preferred;
        _ = _client.NotePreferredAsync(preferred).AsTask();
    }

    /// <summary>Gives up the connection if it does not answer within a second, or at once; there will be another.</summary>
    internal async Task CheckAsync(bool sure)
    {
        if (sure || !IsUp || !await AnswersAsync().ConfigureAwait(false)) _client.Reconnect();
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private async Task<bool> AnswersAsync()
    {
        using var limit = new CancellationTokenSource(CheckTimeout, _time);
        try
        {
            await _client.PingAsync(limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is RelayException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    private void OnChanged(RelayStateChangedEventArgs change)
    {
        var before = _uptime;
        if (change.State == RelayState.Connected)
        {
            _leaving = false;
            // A move to another relay of the region is no end: who was there is there.
            _uptime ??= new LinkUptime(this);
            _up.TrySetResult();
            _waiting.Drain((to, packet) => _client.TryPost(to, packet));
            _client.Flush();
        }
        else if (before is not null)
        {
            before.End();
            (_uptime, _up) = (null, NewUp());
            Volatile.Write(ref _downSince, _time.GetTimestamp());
        }

        _changed(this, change, before is not null && _uptime is null);
    }

    private static TaskCompletionSource NewUp() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
