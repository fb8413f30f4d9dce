using System.Collections.Immutable;
using System.Net.Sockets;
using Relay.Host.Configuration;
using Relay.Host.Startup;
using Relay.Mesh.Cluster;
using Relay.Mesh.Members;
using Relay.Mesh.Redis;
using Relay.Server.Mesh;

namespace Relay.Host.Region;

/// <summary>The other relays of the region, listed by the operator or found in Redis, from the first link to the last.</summary>
internal sealed class RegionLinks(RelayMesh mesh, RelaydOptions options, TimeProvider time, ILoggerFactory logs, ClusterPresence? cluster = null) : IAsyncDisposable
{
    private MeshRoster? _roster;
    private int _left;

    /// <summary>How each link stands.</summary>
    public IReadOnlyList<MeshLinkSnapshot> Links => mesh.Links;

    /// <summary>Listed names that do not resolve.</summary>
    public int Unresolved => _roster?.Unresolved ?? 0;

    /// <summary>Packets given up because nobody said in time where their key is.</summary>
    public long NotFoundInTime => mesh.NotFoundInTime;

    /// <summary>Clients asked to go to another relay, because this one had too many.</summary>
    public long Shed => mesh.Shed;

    /// <summary>How the region's Redis stands; null without one.</summary>
    public ClusterStatistics? Cluster => cluster?.Statistics;

    /// <summary>What the operator should know of the region; null when all is well.</summary>
    public string? Remark => Cluster switch
    {
        { Reachable: false } redis => $"redis: not reachable{(redis.Fault is { } fault ? $" ({fault})" : "")}; clients here and known routes go on",
        { Fault: { } refusal } => $"redis: does not take who is here ({refusal}); others cannot find who is new",
        _ => null,
    };

    /// <summary>Begins to link, once this relay can be reached itself: at this port.</summary>
    public void Start(int port, Identity identity)
    {
        if (cluster is not null) Start(cluster, port, identity);
        else _roster = new MeshRoster(mesh, Targets(options.MeshWith), time, logs.CreateLogger<MeshRoster>());
    }

    /// <summary>Takes over a changed list, and when to shed. Who has begun with an empty list has nothing to link with.</summary>
    public void Reload(RelaydOptions changed)
    {
        _roster?.Replace(Targets(changed.MeshWith));
        mesh.ShedAbove = changed.ShedAbove;
    }

    /// <summary>Leaves the region. Once: whoever stops the relay does not wait for its services to be disposed of.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _left, 1) != 0) return;
        if (_roster is not null) await _roster.DisposeAsync();
        if (cluster is not null) await cluster.DisposeAsync();
        await mesh.DisposeAsync();
    }

    private void Start(ClusterPresence presence, int port, Identity identity)
    {
        var url = options.Cluster!;
        presence.Start(mesh, RedisUrl.Parse(url), options.Region, async stop => new ClusterMember(
            options.Node, options.HostName, options.ClusterAddress ?? await FindAddressAsync(url, stop), port, identity.Key.Public.ToHex(), identity.Pin, options.Tls == TlsMode.Off));
    }

    private static async Task<string> FindAddressAsync(Uri url, CancellationToken stop)
    {
        try
        {
            return (await OwnAddress.TowardsAsync(url.IdnHost.Trim('[', ']'), url.Port > 0 ? url.Port : 6379, stop)).ToString();
        }
        catch (SocketException e)
        {
            // Of exceptions within each other the innermost is shown.
            throw new IOException($"no way to {url.Host}: {e.SocketErrorCode}; own address there not known, unless {Settings.ClusterAddress.Flag} gives it");
        }
    }

    private static List<MeshTarget> Targets(ImmutableArray<MeshPeer> peers) =>
        [.. peers.Select(peer => new MeshTarget(peer.Host, peer.Port, peer.Dial, peer.Pin))];
}
