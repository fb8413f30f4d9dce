using System.Collections.Immutable;
using Relay.Host.Configuration;
using Relay.Mesh.Members;
using Relay.Server.Mesh;

namespace Relay.Host.Region;

/// <summary>The links to the other relays of the region, from the first to the last of them.</summary>
internal sealed class RegionLinks(RelayMesh mesh, TimeProvider time, ILogger<MeshRoster> logger) : IAsyncDisposable
{
    private MeshRoster? _roster;

    /// <summary>How each link stands.</summary>
    public IReadOnlyList<MeshLinkSnapshot> Links => mesh.Links;

    /// <summary>Listed names that do not resolve.</summary>
    public int Unresolved => _roster?.Unresolved ?? 0;

    /// <summary>Begins to link, once this relay can be reached itself.</summary>
    public void Start(RelaydOptions options)
    {
        if (!options.MeshWith.IsEmpty) _roster = new MeshRoster(mesh, Targets(options.MeshWith), time, logger);
    }

    /// <summary>Takes over a changed list. Who has begun with an empty one has nothing to link with.</summary>
    public void Reload(RelaydOptions options) => _roster?.Replace(Targets(options.MeshWith));

    public async ValueTask DisposeAsync()
    {
        if (_roster is not null) await _roster.DisposeAsync();
        await mesh.DisposeAsync();
    }

    private static List<MeshTarget> Targets(ImmutableArray<MeshPeer> peers) =>
        [.. peers.Select(peer => new MeshTarget(peer.Host, peer.Port, peer.Dial, peer.Pin))];
}
