using System.Collections.Concurrent;
using Relay.Protocol.Keys;
using Relay.Server.Diagnostics;

namespace Relay.Server.Connections;

/// <summary>All sessions of a relay, from before their handshake, and what those that are over had counted. Thread safe.</summary>
internal sealed class SessionTable(TimeProvider time)
{
    private readonly ConcurrentDictionary<long, Session> _live = new();
    private readonly ConcurrentQueue<(Session Session, EndReason Reason)> _over = new();
    private readonly Lock _books = new();
    private readonly TrafficTotals _ended = new();
    private readonly ShareBook _shares = new(time);
    private readonly Dictionary<NodeKey, long> _endedForwards = [];
    private readonly long[] _endedByReason = new long[Enum.GetValues<EndReason>().Length];
    private long _sums;

    /// <summary>The sessions of this moment; takes no lock.</summary>
    public IEnumerable<Session> Live => _live.Select(static pair => pair.Value);

    /// <summary>How many there are.</summary>
    public int Count => _live.Count;

    /// <summary>Whether it has not ended.</summary>
    public bool Contains(Session session) => _live.ContainsKey(session.Id);

    /// <summary>Adds a session.</summary>
    public void Add(Session session) => _live[session.Id] = session;

    /// <summary>
    /// Takes a session out and its counts over. Nobody counts for it any more: its outbox is closed. Waits for nobody: sessions
    /// end on event loops, and to sum up many takes a while, so whoever has the books then enters this one too.
    /// </summary>
    public void Remove(Session session, EndReason reason)
    {
        // In this order: a sum that no longer finds it among the living finds it here.
        _over.Enqueue((session, reason));
        _live.TryRemove(session.Id, out _);
        EnterIfFree();
    }

    /// <summary>Everything counted since the start, by live and by ended sessions, each exactly once.</summary>
    public TrafficTotals Total(out long[] endedByReason)
    {
        var total = new TrafficTotals();
        lock (_books)
        {
            _ended.AddTo(total);
            foreach (var session in Once()) AddCounts(session, total);
            endedByReason = [.. _endedByReason];
        }

        EnterIfFree();
        return total;
    }

    /// <summary>Who moved how much since the call before.</summary>
    public Shares SurveyShares()
    {
        Shares shares;
        lock (_books) shares = _shares.Survey(Live);
        EnterIfFree();
        return shares;
    }

    /// <summary>Packets that the relay with this key forwarded here.</summary>
    public long ForwardedBy(NodeKey relay)
    {
        long count;
        lock (_books) count = EndedForwards(relay) + Once().Where(s => s.Key == relay).Sum(s => s.Counters.Frames.Forwarded);
        EnterIfFree();
        return count;
    }

    // Those that live, and those that ended and are not in the books: they are entered now. Under the lock.
    private IEnumerable<Session> Once()
    {
        var sum = ++_sums;
        foreach (var session in Live)
        {
            session.SummedIn = sum;
            yield return session;
        }

        while (_over.TryDequeue(out var over))
        {
            Enter(over.Session, over.Reason);
            if (over.Session.SummedIn != sum) yield return over.Session;
        }
    }

    // Asks again after it let go: who ended meanwhile found the books taken, and left it to this one.
    private void EnterIfFree()
    {
        while (!_over.IsEmpty && _books.TryEnter())
        {
            try
            {
                while (_over.TryDequeue(out var over)) Enter(over.Session, over.Reason);
            }
            finally
            {
                _books.Exit();
            }
        }
    }

    private void Enter(Session session, EndReason reason)
    {
        AddCounts(session, _ended);
        _shares.Close(session);
        _endedByReason[(int)reason]++;
        if (session.Counters.Frames.Forwarded > 0) _endedForwards[session.Key] = EndedForwards(session.Key) + session.Counters.Frames.Forwarded;
    }

    // One entry a relay of the region that ever forwarded: whoever knows the mesh key is trusted not to make up more.
    private long EndedForwards(NodeKey relay) => _endedForwards.GetValueOrDefault(relay);

    private static void AddCounts(Session session, TrafficTotals total)
    {
        session.Counters.AddTo(total);
        session.Outbox.Counters.AddTo(total);
    }
}
