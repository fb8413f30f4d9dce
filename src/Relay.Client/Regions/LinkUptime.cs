namespace Relay.Client.Regions;

/// <summary>A time of being connected to a region. What is learned of peers in it holds no longer than it does.</summary>
internal sealed class LinkUptime(RegionLink link)
{
    private volatile bool _over;

    internal RegionLink Link => link;

    internal bool IsOver => _over;

    internal void End() => _over = true;
}
