using Relay.Protocol.Map;

namespace Relay.Client.Regions;

/// <summary>
/// The links to a map's regions: those that are kept, in the order in which they are used, and those that a packet opened, until
/// they have been idle. Looked at for each packet without a lock, changed rarely.
/// </summary>
internal sealed class RegionLinks(DerpMap map, RelayNetworkOptions options, MessageMerge merge, Action<RegionLink, RelayStateChangedEventArgs, bool> changed)
    : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time = options.Client.TimeProvider;
    private volatile RegionLink[] _all = [], _kept = [];
    private volatile DerpMap _map = map;
    private bool _closed;

    internal DerpMap Map => _map;

    internal TimeProvider Time => _time;

    internal IReadOnlyList<RegionLink> All => _all;

    /// <summary>Those that are kept; the first is the home, once there is one.</summary>
    internal RegionLink[] Kept => _kept;

    /// <summary>The regions that may be a home, in the map's order.</summary>
    internal IReadOnlyList<int> Usable =>
        [.. _map.Regions.Values.Where(r => !r.NoMeasureNoHome && IsRelayed(r)).Select(r => r.RegionID)];

    internal RegionLink? Find(int id)
    {
        foreach (var link in _all)
        {
            if (link.Id == id) return link;
        }

        return null;
    }

    /// <summary>The link to a region, which is opened if there is none. Null: not on the map, or too many are open and all in use.</summary>
    /// <param name="id">The region.</param>
    /// <param name="toKeep">It is to be kept: one that a packet opened gives way, in use or not.</param>
    internal RegionLink? Open(int id, bool toKeep = false)
    {
        if (Find(id) is { } open) return open;
        RegionLink made;
        lock (_gate)
        {
            if (Find(id) is { } other) return other;
            if (_closed || !_map.Regions.TryGetValue(id, out var region) || !IsRelayed(region) || !MakeRoom(toKeep)) return null;
            made = new RegionLink(region, options.PlainHttp, options.Client, merge, changed);
            _all = [.. _all, made];
        }

        made.Start();
        return made;
    }

    /// <summary>Writes what was posted.</summary>
    internal void Flush()
    {
        foreach (var link in _all) link.Flush();
    }

    /// <summary>Keeps these, in this order, and no others; tells each relay whether it is the home.</summary>
    internal void Keep(IReadOnlyList<int> order, bool hasHome)
    {
        var kept = order.Select(id => Open(id, toKeep: true)).OfType<RegionLink>().ToArray();
        lock (_gate)
        {
            foreach (var link in _all) link.Rank = Array.IndexOf(kept, link) is >= 0 and var rank ? rank : RegionLink.Unranked;
            _kept = kept;
        }

        foreach (var link in _all) link.Prefer(hasHome && link.Rank == 0);
    }

    /// <summary>Another map: regions that changed are connected to anew, those that are gone are left.</summary>
    internal async Task UseAsync(DerpMap map)
    {
        RegionLink[] left;
        lock (_gate)
        {
            _map = map;
            left = [.. _all.Where(link => Definition(map, link.Id) != Definition(link.Region))];
            Leave(left);
        }

        foreach (var link in left) await link.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Closes those that are not kept and have been idle.</summary>
    internal async Task SweepAsync()
    {
        RegionLink[] idle;
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            idle = [.. _all.Where(link => link.IdleFor(now) >= options.IdleTimeout && link.Rank == RegionLink.Unranked)];
            Leave(idle);
        }

        foreach (var link in idle) await link.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        RegionLink[] all;
        lock (_gate)
        {
            _closed = true;
            all = _all;
        }

        await Task.WhenAll(all.Select(link => link.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    // For one more: the one that has been idle for longest goes, if it has been for a while or has to.
    private bool MakeRoom(bool must)
    {
        if (_all.Length < options.MaxConnections) return true;
        var now = _time.GetTimestamp();
        var idlest = _all.Where(link => link.Rank == RegionLink.Unranked).MaxBy(link => link.IdleFor(now));
        if (idlest is null || (!must && idlest.IdleFor(now) < options.IdleTimeout / 4)) return false;
        Leave([idlest]);
        _ = idlest.DisposeAsync().AsTask();
        return true;
    }

    private void Leave(RegionLink[] links)
    {
        if (links.Length == 0) return;
        _all = [.. _all.Except(links)];
        _kept = [.. _kept.Except(links)];
    }

    internal static bool IsRelayed(DerpRegion region) => region.Nodes.Any(n => !n.STUNOnly);

    private static string? Definition(DerpMap map, int id) => map.Regions.TryGetValue(id, out var region) ? Definition(region) : null;

    private static string Definition(DerpRegion region) => new DerpMap { Regions = { [region.RegionID] = region } }.ToJson();
}
