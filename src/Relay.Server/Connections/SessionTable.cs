using System.Collections.Concurrent;
using Relay.Protocol.Keys;
using Relay.Server.Diagnostics;

namespace Relay.Server.Connections;

/// <summary>All sessions of a relay, from before their handshake, and what those that are over had counted. Thread safe.</summary>
internal sealed class SessionTable(TimeProvider time)
{
    private readonly ConcurrentDictionary<long, Session> _live = new();
    private readonly Lock _ending = new();
    private readonly TrafficTotals _ended = new();
    private readonly ShareBook _shares = new(time);
    private readonly Dictionary<NodeKey, long> _endedForwards = [];
    private readonly long[] _endedByReason = new long[Enum.GetValues<EndReason>().Length];

    /// <summary>The sessions of this moment; takes no lock.</summary>
    public IEnumerable<Session> Live => _live.Select(static pair => pair.Value);

    /// <summary>How many there are.</summary>
    public int Count => _live.Count;

    /// <summary>Whether it has not ended.</summary>
    public bool Contains(Session session) => _live.ContainsKey(session.Id);

    /// <summary>Adds a session.</summary>
    public void Add(Session session) => _live[session.Id] = session;

    /// <summary>Takes a session out and its counts over. Nobody counts for it any more: its outbox is closed.</summary>
    public void Remove(Session session, EndReason reason)
    {
        lock (_ending)
        {
            if (!_live.TryRemove(session.Id, out _)) return;
            AddCounts(session, _ended);
            _shares.Close(session);
            _endedByReason[(int)reason]++;
            if (session.Counters.Frames.Forwarded > 0) _endedForwards[session.Key] = EndedForwards(session.Key) + session.Counters.Frames.Forwarded;
        }
    }

    /// <summary>Everything counted since the start, by live and by ended sessions, each exactly once.</summary>
    public TrafficTotals Total(out long[] endedByReason)
    {
        var total = new TrafficTotals();
        lock (_ending)
        {
            _ended.AddTo(total);
            endedByReason = [.. _endedByReason];
            foreach (var session in Live) AddCounts(session, total);
        }

        return total;
    }

    /// <summary>Who moved how much since the call before.</summary>
    public Shares SurveyShares()
    {
        lock (_ending) return _shares.Survey(Live);
    }

    /// <summary>Packets that the relay with this key forwarded here.</summary>
    public long ForwardedBy(NodeKey relay)
    {
        lock (_ending) return EndedForwards(relay) + Live.Where(s => s.Key == relay).Sum(s => s.Counters.Frames.Forwarded);
    }

    // One entry a relay of the region that ever forwarded: whoever knows the mesh key is trusted not to make up more.
    private long EndedForwards(NodeKey relay) => _endedForwards.GetValueOrDefault(relay);

    private static void AddCounts(Session session, TrafficTotals total)
    {
        session.Counters.AddTo(total);
        session.Outbox.Counters.AddTo(total);
    }
}
