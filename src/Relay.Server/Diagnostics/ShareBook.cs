using Relay.Server.Connections;

namespace Relay.Server.Diagnostics;

/// <summary>
/// Keeps account of who moved how much between two surveys. A packet costs it nothing: it reads the counters of sessions when
/// a survey is taken, and once more when a session ends, so each byte is in one survey exactly. Relays of the region are left
/// out: they are nobody's clients. Guarded by the lock of its <see cref="SessionTable"/>.
/// </summary>
internal sealed class ShareBook(TimeProvider time)
{
    /// <summary>Networks told apart between two surveys: an admission service may name any number.</summary>
    public const int MaxNetworks = 4096;

    /// <summary>Whoever moves less is not busy: discovery and keep-alives say nothing about how a relay shares itself out.</summary>
    public const int BusyBytesPerSecond = 1000;

    private Dictionary<string, MovedBytes> _networks = [];
    private MovedBytes _others;
    private long _began = time.GetTimestamp();

    /// <summary>Takes over what an ended session moved since the last survey.</summary>
    public void Close(Session session) => Account(session);

    /// <summary>What was moved since the survey before, by live sessions and by those that ended meanwhile.</summary>
    public Shares Survey(IEnumerable<Session> live)
    {
        var now = time.GetTimestamp();
        var busy = BusyBytesPerSecond * time.GetElapsedTime(_began, now).TotalSeconds;
        var (fairIn, fairOut) = (new JainIndex(), new JainIndex());
        foreach (var session in live)
        {
            // Whoever came meanwhile had less time than the others.
            var wasThere = session.Accounted is not null;
            var moved = Account(session);
            if (!wasThere || session.HasMeshRights) continue;
            if (moved.In >= busy) fairIn.Add(moved.In);
            if (moved.Out >= busy) fairOut.Add(moved.Out);
        }

        var shares = new Shares(_networks, _others, fairIn.Value, fairOut.Value);
        (_networks, _others, _began) = ([], default, now);
        return shares;
    }

    private MovedBytes Account(Session session)
    {
        var now = session.Moved;
        var moved = now - (session.Accounted ?? default);
        session.Accounted = now;
        if (moved.IsNone || session.HasMeshRights) return moved;
        if (session.Network?.Name is { } name && (_networks.Count < MaxNetworks || _networks.ContainsKey(name)))
            _networks[name] = _networks.GetValueOrDefault(name) + moved;
        else
            _others += moved;
        return moved;
    }
}
