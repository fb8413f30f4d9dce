using System.Globalization;

namespace Relay.Testing;

/// <summary>Several Redis servers that share the 16,384 slots of one Redis Cluster.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private const int Slots = 16_384;

    private readonly List<RedisServer> _nodes = [];

    /// <summary>The servers.</summary>
    public IReadOnlyList<RedisServer> Nodes => _nodes;

    /// <summary>As <c>--cluster</c> takes it: one of them, and the others.</summary>
    public string Url => $"{_nodes[0].Url.OriginalString}?also={string.Join(',', _nodes.Skip(1).Select(node => node.Url.Authority))}";

    /// <summary>Starts so many and waits until they agree who has which slots.</summary>
    public static async Task<RedisCluster> StartAsync(int count)
    {
        var cluster = new RedisCluster();
        try
        {
            for (var i = 0; i < count; i++)
            {
                var bus = FreePort.Tcp();
                var node = await RedisServer.StartAsync(
                    "--cluster-enabled", "yes", "--cluster-port", bus.ToString(CultureInfo.InvariantCulture), "--cluster-node-timeout", "5000");
                cluster._nodes.Add(node);
                await node.CommandAsync($"CLUSTER ADDSLOTSRANGE {i * Slots / count} {(i + 1) * Slots / count - 1}");
                await cluster._nodes[0].CommandAsync($"CLUSTER MEET 127.0.0.1 {node.Port} {bus}");
            }

            foreach (var node in cluster._nodes)
            {
                await Eventually.True(
                    async () => await node.CommandAsync("CLUSTER INFO") is var info
                        && info.Contains("cluster_state:ok", StringComparison.Ordinal)
                        && info.Contains($"cluster_known_nodes:{count}", StringComparison.Ordinal),
                    "the nodes of the Redis Cluster to agree");
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }
}
