using Relay.Client.Regions;
using Relay.Protocol.Keys;

namespace Relay.Client;

/// <summary>
/// A peer as a <see cref="RelayNetwork"/> sees it, and the way to it: the region that is its home, where the caller knows it;
/// the region that it was last heard through; or, where nothing is known, each of the regions that the network stays connected
/// to, until the peer is heard. A packet may therefore arrive twice. Thread safe.
/// </summary>
public sealed class RelayPeer
{
    // A peer that connects says nothing to us: after this it is looked for again.
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(20);

    // Packets in a row that come by another way only, until that is the way.
    private const int Patience = 8;

    // A region that is kept and was lost so recently is likely to be back before its packets are too old.
    private static readonly TimeSpan HoldFor = TimeSpan.FromSeconds(5);

    private readonly RegionLinks _links;
    private readonly Lock _gate = new();
    private volatile LinkUptime? _heard;
    private volatile Missing[] _missing = [];
    private volatile int _home, _elsewhere;
    private long _tried;

    internal RelayPeer(NodeKey key, RegionLinks links) => (Key, _links) = (key, links);

    /// <summary>Its key.</summary>
    public NodeKey Key { get; }

    /// <summary>The region that is its home, as the caller knows it from elsewhere; null: not known.</summary>
    public int? Home
    {
        get => _home == 0 ? null : _home;
        set => _home = value ?? 0;
    }

    /// <summary>The region that packets to it take now; null: not one alone, or none.</summary>
    public int? Region => Known(open: false)?.Id;

    /// <summary>Every region where it could be, of those that are connected, has said that it is not there.</summary>
    public bool IsGone => _heard is null or { IsOver: true } && !_links.All.Any(link => link.IsUp && (link.Rank != RegionLink.Unranked || link.Id == _home) && !IsMissingAt(link));

    /// <summary>
    /// Sends a packet. Completes when it has been copied, or dropped; the caller waits only for room, as with
    /// <see cref="RelayClient.SendAsync"/>, and not for a region that is connected to for the packet. The packet must not change
    /// until then.
    /// </summary>
    /// <returns>False: dropped, since no region is connected where it could be. True promises no delivery.</returns>
    /// <exception cref="ArgumentException">The packet is longer than 65536 bytes.</exception>
    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken = default)
    {
        if (Known(open: true) is { IsUp: true } link)
        {
            if (IsTrialDue(link) && PostWidely(packet, link)) _links.Flush();
            return link.SendAsync(Key, packet, cancellationToken);
        }

        var taken = TryPost(packet);
        _links.Flush();
        return new ValueTask<bool>(taken);
    }

    /// <summary>Takes a packet if that needs no waiting, and leaves it lying until <see cref="RelayNetwork.Flush"/>.</summary>
    /// <returns>False: dropped.</returns>
    /// <exception cref="ArgumentException">The packet is longer than 65536 bytes.</exception>
    public bool TryPost(ReadOnlyMemory<byte> packet)
    {
        if (Known(open: true) is not { } link) return PostWidely(packet, null) | PostHome(packet) || PostSomewhere(packet);
        if (link.IsUp || !link.TryHold(Key, packet))
        {
            if (IsTrialDue(link)) PostWidely(packet, link);
            return link.TryPost(Key, packet);
        }

        // Its home is being connected to. If it has lost that home meanwhile, it may be found elsewhere.
        PostWidely(packet, link);
        return true;
    }

    /// <summary>It was heard.</summary>
    internal void HeardOver(LinkUptime uptime)
    {
        if (_heard is { } heard && heard != uptime && !heard.IsOver && heard.Link.IsSteady && uptime.Link.Rank >= heard.Link.Rank && ++_elsewhere <= Patience) return;
        if (_elsewhere != 0) _elsewhere = 0;
        if (_heard != uptime) Learn(uptime);
    }

    // Apart, so that only this allocates.
    private void Learn(LinkUptime uptime)
    {
        _heard = uptime;
        lock (_gate) _missing = [.. _missing.Where(m => m.Link != uptime.Link)];
    }

    /// <summary>A relay says that it is not there, or no longer.</summary>
    internal void MissingAt(RegionLink link)
    {
        if (_heard?.Link == link) _heard = null;
        lock (_gate) _missing = [.. _missing.Where(m => m.Link != link && !IsOld(m)), new Missing(link, _links.Time.GetTimestamp())];
    }

    // The one way that is known. A region that is being connected to is one.
    private RegionLink? Known(bool open)
    {
        var id = _home;
        var home = id == 0 ? null : _links.Find(id);
        if (home is { IsSteady: true } && !IsMissingAt(home)) return home;
        if (_heard is { IsOver: false, Link: { IsSteady: true } heard }) return heard;
        if (home is null && id != 0 && open) home = _links.Open(id);
        return home is not null && !IsMissingAt(home) ? home : null;
    }

    // A peer that is heard by way of a lesser region may by now be at a better one, and only a packet that arrives there tells it
    // so. It is a copy, since it may not.
    private bool IsTrialDue(RegionLink way)
    {
        if (way.Rank == 0 || _home == way.Id || _links.Kept.Length == 0) return false;
        var tried = Volatile.Read(ref _tried);
        if (tried != 0 && _links.Time.GetElapsedTime(tried) < Memory) return false;
        Volatile.Write(ref _tried, _links.Time.GetTimestamp());
        return true;
    }

    private bool PostWidely(ReadOnlyMemory<byte> packet, RegionLink? except)
    {
        var taken = false;
        foreach (var link in _links.Kept)
        {
            if (link == except || IsMissingAt(link)) continue;
            taken |= link.IsSteady ? link.TryPost(Key, packet) : link.DownFor < HoldFor && link.TryHold(Key, packet);
        }

        return taken;
    }

    // One that is about to restart still forwards; one where the peer was missing may have it by now.
    private bool PostSomewhere(ReadOnlyMemory<byte> packet)
    {
        foreach (var link in _links.Kept)
        {
            if (link.TryPost(Key, packet)) return true;
        }

        return false;
    }

    // Where it is at home but was missing.
    private bool PostHome(ReadOnlyMemory<byte> packet) => _home != 0 && _links.Find(_home) is { Rank: RegionLink.Unranked } home && home.TryPost(Key, packet);

    private bool IsMissingAt(RegionLink link)
    {
        foreach (var missing in _missing)
        {
            if (missing.Link == link) return !IsOld(missing);
        }

        return false;
    }

    private bool IsOld(Missing missing) => _links.Time.GetElapsedTime(missing.Since) >= Memory;

    private sealed record Missing(RegionLink Link, long Since);
}
