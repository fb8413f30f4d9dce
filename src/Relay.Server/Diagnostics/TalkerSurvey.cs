using Relay.Server.Connections;

namespace Relay.Server.Diagnostics;

/// <summary>
/// Finds the connections that moved most since the survey before. Costs a walk over all sessions and a heap of the asked
/// size; between surveys each session keeps two numbers, and a packet costs nothing. For one caller at a time.
/// </summary>
internal static class TalkerSurvey
{
    /// <summary>At most <paramref name="count"/>, the busiest first; idle ones are left out.</summary>
    public static IReadOnlyList<Talker> Take(IEnumerable<Session> sessions, int count)
    {
        var busiest = new PriorityQueue<(Session Session, MovedBytes Before, MovedBytes Now), long>(count + 1);
        foreach (var session in sessions)
        {
            var (before, now) = (session.Surveyed, session.Moved);
            session.Surveyed = now;
            var moved = now.In - before.In + now.Out - before.Out;
            if (moved <= 0 || session.Key.IsZero) continue;
            if (busiest.Count < count) busiest.Enqueue((session, before, now), moved);
            else busiest.EnqueueDequeue((session, before, now), moved);
        }

        // The heap gives the least busy first.
        var talkers = new Talker[busiest.Count];
        for (var i = talkers.Length - 1; i >= 0; i--)
        {
            var (session, before, now) = busiest.Dequeue();
            talkers[i] = new Talker(
                session.Key, session.Transport, now.In - before.In, now.Out - before.Out,
                now.In, now.Out, session.Counters.PacketsDropped + session.Outbox.Counters.PacketsDropped);
        }

        return talkers;
    }
}
