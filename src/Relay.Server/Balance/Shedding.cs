using Relay.Server.Connections;
using Relay.Server.Diagnostics;
using Relay.Server.Mesh;

namespace Relay.Server.Balance;

/// <summary>
/// Asks clients of a relay that has too many to go to others that have room: slowly, those first that would rather be there,
/// then those that move least. Each is told as by a restart, served on for a moment, and then closed. It begins a twentieth
/// above the mark, ends at the mark, and never goes below.
/// </summary>
internal sealed class Shedding(SessionTable sessions, SessionContext context)
{
    // So many are never too many.
    private const int None = int.MaxValue;

    private const long SurveyInterval = 10_000;

    // One a beat until the next survey.
    private const int MostAtOnce = 40;

    // To connect elsewhere, and to empty what is under way.
    private const long MoveTime = 3_000;

    private const long LogInterval = 60_000;

    private readonly Returners _returners = new(context.Directory);
    private readonly Queue<Session> _chosen = [];
    private readonly List<(Session Session, long At)> _leaving = [];
    private Dictionary<long, MovedBytes> _moved = [];
    private bool _over;
    private long _surveyAt;
    private long _asked;
    private long? _loggedAt;
    private int _wanted = None;
    private int _mark = None;

    /// <summary>How many clients are too many; null for none. From any thread, at any time.</summary>
    public int? Mark
    {
        get => Volatile.Read(ref _wanted) is not None and var mark ? mark : null;
        set => Volatile.Write(ref _wanted, value ?? None);
    }

    /// <summary>Whether there is anything to do, or may be.</summary>
    public bool IsAtWork => Mark is not null || _over || _leaving.Count > 0;

    /// <summary>How many were asked to go.</summary>
    public long Asked => Volatile.Read(ref _asked);

    private IEnumerable<Session> Clients => sessions.Live.Where(session => session.IsOrdinaryClient);

    /// <summary>Four times a second.</summary>
    public void OnBeat(long now, Neighbourhood region)
    {
        // The same one for all of a beat.
        _mark = Volatile.Read(ref _wanted);
        _leaving.RemoveAll(one => !sessions.Contains(one.Session) || TryEnd(one.Session, one.At, now));
        if (now >= _surveyAt)
        {
            _surveyAt = now + SurveyInterval;
            var clients = Clients.ToList();
            Survey(clients, now, region);
            if (_chosen.Count > 0) Report(clients.Count, now);
        }

        if (!_chosen.TryDequeue(out var next) || !sessions.Contains(next)) return;
        if (Excess(Clients.Count()) > 0 && region.RoomBelow(_mark) > 0) Ask(next, now);
        else _chosen.Clear();
    }

    private void Survey(List<Session> clients, long now, Neighbourhood region)
    {
        _chosen.Clear();
        if (_returners.Judge(now)) Log.SheddingPaused(context.Logger, _mark);
        var excess = Excess(clients.Count);
        _over = excess > (_over ? 0 : _mark / 20);
        var before = _moved;
        _moved = _over ? clients.ToDictionary(client => client.Id, client => client.Moved) : [];
        if (!_over || _returners.IsPaused(now)) return;
        var most = (int)Math.Min(Math.Min(excess, MostAtOnce), region.RoomBelow(_mark));
        var going = clients
            .Where(client => before.ContainsKey(client.Id) && MayGo(client, region))
            .OrderByDescending(client => client.NotIdeal)
            .ThenBy(client => (client.Moved - before[client.Id]).Total);
        foreach (var client in going.Take(most)) _chosen.Enqueue(client);
    }

    // Whoever has an ideal node goes there and nowhere else.
    private bool MayGo(Session client, Neighbourhood region) =>
        !_returners.Spares(client.Key)
        && !_leaving.Exists(one => one.Session == client)
        && (client.IdealNode is not { } ideal || region.HasRoom(ideal, _mark));

    private void Ask(Session client, long now)
    {
        client.TellRestart(TimeSpan.Zero, context.Options.RestartTryFor);
        _leaving.Add((client, now));
        _returners.OnAsked(client.Key, now);
        Volatile.Write(ref _asked, _asked + 1);
    }

    private static bool TryEnd(Session client, long at, long now)
    {
        if (now - at < MoveTime) return false;
        client.End(EndReason.Shed);
        return true;
    }

    private int Excess(int clients) => clients - _leaving.Count - _mark;

    private void Report(int clients, long now)
    {
        if (now - _loggedAt < LogInterval) return;
        Log.Shedding(context.Logger, _mark, clients, _chosen.Count, _asked, _returners.Count);
        _loggedAt = now;
    }
}
