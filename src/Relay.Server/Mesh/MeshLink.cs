using Polly;
using Polly.Retry;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Server.Diagnostics;
using Relay.Server.Queues;
using Relay.Server.Routing;

namespace Relay.Server.Mesh;

/// <summary>
/// The way to one other relay: opened, watched, and opened again when it breaks. Each pair of relays has two, one opened by
/// each: packets from here to there travel on this one.
/// </summary>
internal sealed class MeshLink : IRoute, ILinkNews, IAsyncDisposable
{
    // A link that stood for so long was sound: the first attempt after it is made at once.
    private static readonly TimeSpan Sound = TimeSpan.FromSeconds(10);

    // Time for what waits to be written before the link is closed for good.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(15);

    private readonly RelayMesh _mesh;
    private readonly ResiliencePipeline _whileFailing;
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _gate = new();
    private readonly TrafficTotals _past = new();
    private readonly long[] _ends = new long[Enum.GetValues<LinkEnd>().Length];
    private TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile LinkConnection? _connection;
    private volatile MeshLinkState _state;

    // Until it is up again: tried on without being asked, and nothing is taken for it, so that senders are told.
    private volatile bool _failing;
    private MeshLinkState? _standsAside;
    private readonly Task _running;

    public MeshLink(MeshMember member, RelayMesh mesh)
    {
        (Member, RelayKey, _mesh, _state) = (member, member.Key, mesh, mesh.Options.Watch ? MeshLinkState.Connecting : MeshLinkState.Idle);
        _whileFailing = new ResiliencePipelineBuilder { TimeProvider = mesh.Context.Time }
            .AddRetry(new RetryStrategyOptions
            {
                // Whatever it was: a relay that is given up once is never reached again.
                ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is not null && !_ending.IsCancellationRequested),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = mesh.Options.ReconnectDelay,
                MaxDelay = mesh.Options.ReconnectLimit,
                OnRetry = retry =>
                {
                    _failing = true;
                    _state = MeshLinkState.Waiting;

                    // After 1, 2, 4, 8 ... failures: a relay that is gone for a day fills no log.
                    var failures = retry.AttemptNumber + 1;
                    if (int.IsPow2(failures)) LogFailure(retry.Outcome.Exception!, failures);
                    return default;
                },
            })
            .Build();
        _running = Task.Run(() => RunAsync(_ending.Token));
    }

    /// <summary>Where it leads.</summary>
    public MeshMember Member { get; }

    /// <summary>The other relay's key; zero while it is not known. A member may have said it, a connection proves it.</summary>
    public NodeKey RelayKey { get; private set; }

    /// <summary>It is not to be used any more.</summary>
    public bool Ended { get; private set; }

    /// <summary>Keys that the other relay is known to have. Belongs to the directory and its lock.</summary>
    public HashSet<Peer> Announced { get; } = [];

    /// <inheritdoc/>
    public Outbox? Outbox => (_connection ?? (_mesh.Options.Watch ? null : Open()))?.Outbox;

    /// <inheritdoc/>
    public bool IsLink => true;

    /// <summary>It is open.</summary>
    public bool IsUp => _state == MeshLinkState.Up;

    /// <summary>Nothing is wrong with it: it is open, or not needed.</summary>
    public bool IsSound => _state is MeshLinkState.Up or MeshLinkState.Self or MeshLinkState.Redundant;

    void ILinkNews.Present(NodeKey key) => _mesh.OnPresent(key, this);

    void ILinkNews.Gone(NodeKey key) => _mesh.OnGone(key, this);

    /// <summary>Called by the heartbeat.</summary>
    public void OnBeat(long now) => _connection?.OnBeat(now);

    /// <summary>Closes it for good.</summary>
    public async ValueTask DisposeAsync()
    {
        Ended = true;
        if (_connection is { } last) await last.Outbox.WhenIdleAsync().WaitAsync(LastWords, _mesh.Context.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _ending.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _mesh.Context.Directory.RetractAll(this);
        _ending.Dispose();
    }

    /// <summary>How it stands and what it did.</summary>
    public MeshLinkSnapshot Snapshot(long forwardedIn)
    {
        var (total, now) = (new TrafficTotals(), new TrafficTotals());
        lock (_gate)
        {
            var outbox = _connection?.Outbox;
            var waiting = outbox?.Waiting ?? default;
            outbox?.Counters.AddTo(now);

            // What waits has not gone out; of a connection that is being opened nothing has.
            var unsent = IsUp ? (waiting.Packets, waiting.Bytes - waiting.Packets * FrameWriter.ForwardOverhead) : (now.PacketsOut.Sum(), now.BytesOut.Sum());
            _past.AddTo(total);
            now.AddTo(total);
            return new MeshLinkSnapshot(Member.Name, _state, RelayKey, total, unsent, [.. _ends], waiting, Announced.Count, forwardedIn);
        }
    }

    // A packet is waiting for a link that is not open: another one may have begun to open it at this very moment.
    private LinkConnection? Open()
    {
        lock (_gate)
        {
            if (_connection is not null || _state != MeshLinkState.Idle || Ended) return _connection;
            _state = MeshLinkState.Connecting;
            _connection = NewConnection();
            _wanted.TrySetResult();
            return _connection;
        }
    }

    private async Task RunAsync(CancellationToken ending)
    {
        try
        {
            while (true) await _whileFailing.ExecuteAsync(static async (link, token) => await link.ConnectAsync(token).ConfigureAwait(false), this, ending).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Ended, as asked for.
        }
        catch (Exception e)
        {
            Log.LinkFault(_mesh.Logger, e, Member.Name);
        }
    }

    private void LogFailure(Exception failure, int failures)
    {
        if (failure is MeshException) Log.LinkFailed(_mesh.Logger, Member.Name, failures, failure.Message);
        else Log.LinkFault(_mesh.Logger, failure, Member.Name);
    }

    private async Task ConnectAsync(CancellationToken ending)
    {
        var connection = _mesh.Options.Watch || _failing ? NewConnection() : await WantedAsync(ending).ConfigureAwait(false);
        using var stop = ending.UnsafeRegister(static c => ((LinkConnection)c!).End(LinkEnd.Stopped), connection);
        var since = _mesh.Context.Time.GetTimestamp();
        var end = LinkEnd.DialFailed;
        try
        {
            _state = MeshLinkState.Connecting;
            var line = await _mesh.Dialer.DialAsync(Member, ending).ConfigureAwait(false);
            end = _mesh.Claim(line.RelayKey, this)
                ? await ServeAsync(connection, line).ConfigureAwait(false)
                : await StandAsideAsync(connection, line, ending).ConfigureAwait(false);
        }
        finally
        {
            await FinishAsync(connection, end).ConfigureAwait(false);
        }

        if (end is LinkEnd.Stopped or LinkEnd.Idle) return;
        Log.LinkDown(_mesh.Logger, Member.Name, end);
        if (_mesh.Context.Time.GetElapsedTime(since) < Sound) throw new MeshException($"it ended soon after it was opened: {end}");
    }

    private async Task<LinkEnd> ServeAsync(LinkConnection connection, MeshLine line)
    {
        RelayKey = line.RelayKey;
        _connection = connection;
        _failing = false;
        _state = MeshLinkState.Up;
        Log.LinkUp(_mesh.Logger, Member.Name, RelayKey);
        try
        {
            return await connection.RunAsync(line).ConfigureAwait(false);
        }
        finally
        {
            _mesh.Release(line.RelayKey, this);
        }
    }

    // This relay itself, or one that has a link already: it is asked again now and then, since names move.
    private async Task<LinkEnd> StandAsideAsync(LinkConnection connection, MeshLine line, CancellationToken ending)
    {
        connection.End(LinkEnd.Idle);
        await line.Stream.DisposeAsync().ConfigureAwait(false);
        var state = line.RelayKey == _mesh.Context.Key.Public ? MeshLinkState.Self : MeshLinkState.Redundant;
        if (_standsAside != state) Log.LinkNotNeeded(_mesh.Logger, Member.Name, state);
        _standsAside = state;
        _state = state;
        await Task.Delay(LookAgain, _mesh.Context.Time, ending).ConfigureAwait(false);
        return LinkEnd.Idle;
    }

    private async Task FinishAsync(LinkConnection connection, LinkEnd end)
    {
        connection.End(end);

        // A write under way fails by that, also one that waited for a line which never came, and counts what it had taken.
        await connection.Outbox.WhenIdleAsync().ConfigureAwait(false);
        lock (_gate)
        {
            _connection = null;
            connection.Outbox.Counters.AddTo(_past);
            _ends[(int)end]++;
        }

        // After the connection is gone, so that nothing is announced any more. What somebody else says of the other relay
        // still holds: an idle link is opened again.
        if (_mesh.Options.Watch) _mesh.Context.Directory.RetractAll(this);
    }

    private async Task<LinkConnection> WantedAsync(CancellationToken ending)
    {
        Task wanted;
        lock (_gate)
        {
            // The first packet may come before anybody waits for it.
            if (_connection is { } wantedAlready) return wantedAlready;
            if (_wanted.Task.IsCompleted) _wanted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            wanted = _wanted.Task;
            _state = MeshLinkState.Idle;
        }

        await wanted.WaitAsync(ending).ConfigureAwait(false);
        return _connection!;
    }

    private LinkConnection NewConnection() => new(_mesh.Context.Clock, _mesh.Options, this);
}
