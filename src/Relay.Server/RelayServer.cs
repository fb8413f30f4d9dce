using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;
using Relay.Protocol.Keys;
using Relay.Server.Admission;
using Relay.Server.Connections;
using Relay.Server.Diagnostics;
using Relay.Server.Limits;
using Relay.Server.Queues;
using Relay.Server.Routing;

namespace Relay.Server;

/// <summary>
/// A DERP relay without its sockets: takes connections that have switched to DERP and forwards packets between their
/// keys. Thread safe.
/// </summary>
public sealed class RelayServer : IRelay, IAsyncDisposable
{
    // Finer than any deadline it serves, coarse enough to cost nothing.
    private static readonly TimeSpan BeatInterval = TimeSpan.FromMilliseconds(250);

    private readonly SessionContext _context;
    private readonly SessionTable _sessions;
    private readonly QueueBudget _queues;
    private readonly TcpSampler _tcp = new();
    private readonly ITimer _heartbeat;
    private long _lastId;
    private int _beating;
    private volatile bool _draining;

    /// <param name="options">How clients are treated.</param>
    /// <param name="key">The relay's own key. Stays the caller's to dispose of.</param>
    /// <param name="admission">Who may connect.</param>
    /// <param name="time">The clock of all deadlines.</param>
    /// <param name="logger">Where ends of sessions and faults are logged.</param>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    public RelayServer(RelayOptions options, NodePrivateKey key, IAdmission admission, TimeProvider time, ILogger<RelayServer> logger)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        var clock = new CoarseClock(time);
        _sessions = new SessionTable(time);
        _context = new SessionContext(
            options, key, admission, new PeerDirectory(key.Public), new HandshakeCounters(), new AdmissionCounters(),
            new RefusalLog(time, logger), new RateLimitCounters(), new ClientRate { Current = options.Rate }, new QueueLimit(options.QueueLength), clock, time, logger);
        _queues = new QueueBudget(options.MaxQueuedBytes ?? QueueBudget.OfThisMachine, _context.QueueLimit, logger);
        _heartbeat = time.CreateTimer(static relay => ((RelayServer)relay!).Beat(), this, BeatInterval, BeatInterval);
    }

    /// <inheritdoc/>
    public NodeKey PublicKey => _context.Key.Public;

    /// <inheritdoc/>
    public bool Draining => _draining;

    /// <inheritdoc/>
    public async Task<EndReason> ServeAsync(RelayConnection connection)
    {
        using var session = new Session(Interlocked.Increment(ref _lastId), _context, connection);
        _sessions.Add(session);
        var end = EndReason.InternalError;
        try
        {
            // Asked after the session can be found: a drain that began before it would miss it.
            end = _draining ? EndReason.Shutdown : await session.RunAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The one catch-all: whatever is wrong with one session ends that session alone.
            Log.SessionFault(_context.Logger, e, session.Id, session.Key);
        }
        finally
        {
            session.Outbox.Close(DropReason.GoneDisconnected);
            _sessions.Remove(session, end);
            if (!session.IsClient) _context.Handshakes.Fail(end);
        }

        Log.SessionEnded(_context.Logger, session.Id, session.Key, end);
        return end;
    }

    /// <summary>
    /// The told restart: refuses new connections, tells every client when to come back, at times spread over
    /// <see cref="RelayOptions.RestartSpread"/>, and forwards on until what waits is written and the clients have left or had
    /// their time (see <see cref="RelayOptions.RestartElsewhere"/>). Ends whoever is left after <paramref name="limit"/>.
    /// </summary>
    public Task DrainAsync(TimeSpan limit)
    {
        _draining = true;
        return new ToldRestart(_sessions, _context.Options, _context.Time, _context.Logger).RunAsync(limit);
    }

    /// <summary>How DERP handshakes ended.</summary>
    public HandshakeCounters Handshakes => _context.Handshakes;

    /// <summary>What admission decided.</summary>
    public AdmissionCounters Admissions => _context.Admissions;

    /// <summary>How clients were held back by their receive limits.</summary>
    public RateLimitCounters RateLimits => _context.RateLimits;

    /// <summary>What each client may send that admission gave no rate of its own; null for no limit. Takes effect at once.</summary>
    public ByteRate? Rate
    {
        get => _context.ClientRate.Current;
        set => _context.ClientRate.Current = value;
    }

    /// <summary>TCP round trips to clients, each sampled about twice a minute.</summary>
    public DurationHistogram RoundTrips => _tcp.RoundTrips;

    /// <summary>TCP segments with data sent to clients, as of each one's last sample.</summary>
    public long SegmentsSent => _tcp.Segments;

    /// <summary>Those of them that were sent again.</summary>
    public long SegmentsSentAgain => _tcp.Retransmits;

    /// <summary>What the relay is doing and has done so far. Walks all sessions: meant for scrapes and tests, not for each packet.</summary>
    public RelaySnapshot Snapshot() => new(_sessions, _context.Directory, _draining);

    /// <summary>
    /// The connections that moved most since the call before, the busiest first; idle ones are left out. Walks all
    /// sessions. For one caller at a time.
    /// </summary>
    public IReadOnlyList<Talker> SurveyTalkers(int count) => TalkerSurvey.Take(_sessions.Live, count);

    /// <summary>Who moved how much since the call before. Walks all sessions. For one caller at a time.</summary>
    public Shares SurveyShares() => _sessions.SurveyShares();

    /// <summary>What links to other relays share with this one's clients.</summary>
    internal SessionContext Context => _context;

    /// <summary>All connections.</summary>
    internal SessionTable Sessions => _sessions;

    /// <summary>Packets that the relay with this key forwarded here.</summary>
    internal long ForwardedBy(NodeKey relay) => _sessions.ForwardedBy(relay);

    /// <summary>What is inconsistent in the relay's books; empty means sound.</summary>
    public IReadOnlyList<string> CheckConsistency() => _context.Directory.CheckConsistency();

    /// <summary>Ends all connections at once and stops the clock.</summary>
    public async ValueTask DisposeAsync()
    {
        _draining = true;
        foreach (var session in _sessions.Live) session.End(EndReason.Shutdown);
        await _heartbeat.DisposeAsync().ConfigureAwait(false);
    }

    private void Beat()
    {
        // A beat that takes longer than the interval is not joined by a second one.
        if (Interlocked.Exchange(ref _beating, 1) != 0) return;
        _context.Clock.Update();
        var now = _context.Clock.Milliseconds;
        _tcp.Begin(_sessions.Count);
        var held = 0L;
        foreach (var session in _sessions.Live)
        {
            Beat(session, now);
            held += session.Outbox.Held;
        }

        _queues.Review(held);
        Volatile.Write(ref _beating, 0);
    }

    private void Beat(Session session, long now)
    {
        try
        {
            session.OnBeat(now);
            _tcp.Offer(session);
        }
        catch (Exception e)
        {
            // This is a timer's root: what escapes from here ends the process, and all clients with it.
            Log.SessionFault(_context.Logger, e, session.Id, session.Key);
            session.End(EndReason.InternalError);
        }
    }
}
