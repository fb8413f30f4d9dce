using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Region.Tests;

/// <summary>The ways in which a Redis can be reached, and what is said of one that cannot.</summary>
public sealed class RedisWaysTests
{
    // What docs/regions.md says that a user needs.
    private const string Rights = "on >secret ~{relay:900}:* &{relay:900}:* +@all -@admin -@dangerous +info";

    [Fact]
    public async Task Password_IsTheUrls()
    {
        await using var redis = await RedisServer.StartLockedAsync("secret");
        await ForwardsAsync($"redis://:secret@127.0.0.1:{redis.Port}");
    }

    [Fact]
    public async Task UserWhoMayTouchOnlyTheRegionsKeys_IsEnough()
    {
        await using var redis = await RedisServer.StartLockedAsync("secret", ["--user", "relay", .. Rights.Split(' ')]);
        await ForwardsAsync($"redis://relay:secret@127.0.0.1:{redis.Port}");
        Assert.DoesNotContain("acl", await redis.CommandAsync("ACL LOG"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Tls_WithAnAuthorityOfOnesOwn_IsTrustedByItsFile()
    {
        var folder = Directory.CreateTempSubdirectory("relay-redis-tls-");
        try
        {
            using var authority = new TestAuthority(folder.FullName);
            authority.Issue("127.0.0.1");
            var port = FreePort.Tcp();
            await using var redis = await RedisServer.StartAsync(
                "--tls-port", $"{port}", "--tls-auth-clients", "no", "--tls-ca-cert-file", authority.RootFile,
                "--tls-cert-file", Path.Combine(folder.FullName, "127.0.0.1.crt"), "--tls-key-file", Path.Combine(folder.FullName, "127.0.0.1.key"));
            await ForwardsAsync($"rediss://127.0.0.1:{port}?ca={authority.RootFile}");
            await SaysAsync($"rediss://127.0.0.1:{port}", "certificate");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Three nodes share the slots; all of a region lies on one of them, whichever a relay asks first.</summary>
    [Fact]
    public async Task RedisCluster_HasAllOfARegionOnOneNode()
    {
        await using var cluster = await RedisCluster.StartAsync(3);
        await ForwardsAsync(cluster.Url);
        var used = 0;
        foreach (var node in cluster.Nodes) used += await node.CommandAsync("DBSIZE") == ":0" ? 0 : 1;
        Assert.Equal(1, used);
    }

    /// <summary>It connects once, however often it tried before, and hears each news once.</summary>
    [Fact]
    public async Task RelayThatStartsBeforeItsRedis_JoinsWhenItComes()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.KillAsync();
        await using var region = await TestRegion.StartAsync(2, "--cluster", redis.Url.OriginalString);
        foreach (var relay in region.Running)
        {
            await Eventually.True(async () => (await relay.MetricsAsync()).Sum("relay_cluster_failures_total") >= 4, "a relay to try again and again", TimeSpan.FromSeconds(60));
            Assert.Contains("refused", (await relay.ReadyAsync()).Text, StringComparison.Ordinal);
        }

        Assert.Single(region[0].Errors.Split('\n'), line => line.Contains("Redis does not answer", StringComparison.Ordinal));

        await redis.RestartAsync();
        await Eventually.True(async () => await region.SumAsync("relay_cluster_members") == 4, "both relays to join", TimeSpan.FromSeconds(30));
        var connections = (await redis.CommandAsync("CLIENT LIST")).Split('\n').Count(line => line.Contains("name=relayd", StringComparison.Ordinal));
        Assert.Equal(2 * 2, connections);

        using var key = NodePrivateKey.Generate();
        await using var client = await RelayConnection.ConnectAsync(region.EndpointOf(0), region.OptionsOf(key));
        await Eventually.True(async () => await region.SumAsync("relay_cluster_news_total") >= 2, "both relays to be told of the client");
        Assert.Equal(2, await region.SumAsync("relay_cluster_news_total"));
    }

    /// <summary>Its own address there cannot be found out either: it serves all the same.</summary>
    [Fact]
    public async Task RelayWithoutAWayToItsRedis_ServesAndSaysSo()
    {
        await using var region = await TestRegion.StartAsync(1, "--cluster", "redis://255.255.255.255");
        await using var crowd = await Crowd.ConnectAsync(region, 2, _ => 0);
        await crowd.AllToAllAsync();
        await Eventually.True(async () => (await region[0].ReadyAsync()).Text.Contains("no way to 255.255.255.255", StringComparison.Ordinal), "readiness to say why");
        Assert.Equal(0, await region.StopAsync(0));
    }

    [Theory]
    [InlineData("redis://127.0.0.1:PORT", "NOAUTH")]
    [InlineData("redis://:wrong@127.0.0.1:PORT", "password")]
    [InlineData("redis://nobody:secret@127.0.0.1:PORT", "password")]
    [InlineData("redis://127.0.0.1:PORT?sentinel=relay", "Sentinel")]
    public async Task WrongWayIn_IsSaid(string url, string expected)
    {
        await using var redis = await RedisServer.StartLockedAsync("secret");
        await SaysAsync(url.Replace("PORT", $"{redis.Port}", StringComparison.Ordinal), expected);
    }

    // Two relays that know of each other's clients from this Redis only.
    private static async Task ForwardsAsync(string url)
    {
        await using var region = await TestRegion.StartClusterAsync(2, url);
        await using var crowd = await Crowd.ConnectAsync(region, 8, index => index % 2);
        await region.WrittenAsync(8);
        await crowd.AllToAllAsync();
        Assert.Equal(8 * 4, await region.SumAsync("relay_mesh_forwarded_in_packets_total"));
        Assert.Equal(0, await region.SumAsync("relay_packets_dropped_total"));
    }

    private static async Task SaysAsync(string url, string expected)
    {
        await using var region = await TestRegion.StartAsync(1, "--cluster", url);
        await Eventually.True(() => region[0].Errors.Contains("Redis does not answer", StringComparison.Ordinal), "a line in the log", TimeSpan.FromSeconds(30));
        var line = Assert.Single(region[0].Errors.Split('\n'), line => line.Contains("Redis does not answer", StringComparison.Ordinal));
        Assert.Contains(expected, line, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("wrong", line, StringComparison.Ordinal);
        var (status, text) = await region[0].ReadyAsync();
        Assert.Equal(200, status);
        Assert.Contains(expected, text, StringComparison.OrdinalIgnoreCase);
    }
}
