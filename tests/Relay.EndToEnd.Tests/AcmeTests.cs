using System.Net;
using System.Security.Cryptography.X509Certificates;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

/// <summary>relayd and a real authority, which looks at relayd's listeners as one of the Internet would.</summary>
public sealed class AcmeTests
{
    private const string Name = "relay.example.com";

    // Renewed every six seconds or so, by TLS-ALPN-01 on the port that the traffic comes in by, with as much time left.
    [Fact]
    public async Task RenewalUnderTraffic_LosesNothing()
    {
        await using var authority = await new PebbleProcess { Life = TimeSpan.FromSeconds(12) }.StartAsync();
        await using var relayd = await RelaydProcess.StartAsync(authority.TlsPort, authority.Trust, ["--hostname", Name, .. authority.Flags]);
        await BecomesReadyAsync(relayd);
        using var root = await authority.RootAsync();

        await using var pair = await PairTraffic.ConnectAsync(key => ConnectAsync(authority, root, key));
        await using var other = await PairTraffic.ConnectAsync(key => ConnectAsync(authority, root, key));
        var certificates = new HashSet<string>();
        for (var round = 0; certificates.Count < 3; round++)
        {
            Assert.True(round < 2000, $"{certificates.Count} certificates were seen in 2000 rounds");
            await Task.WhenAll(pair.RunAsync(500, round), other.RunAsync(500, round + 1));
            using var key = NodePrivateKey.Generate();
            await using var looking = await ConnectAsync(authority, root, key);
            certificates.Add(looking.Tls!.Sha256);
        }

        var metrics = await relayd.MetricsAsync();
        Assert.Equal(0, metrics.Sum("relay_packets_dropped_total"));
        Assert.InRange(metrics.Sum("relay_certificate_days_left"), 0, 12.0 / 86400);
    }

    [Fact]
    public async Task AnAddress_WithAnAccountThatIsBound_GetsACertificate()
    {
        await using var authority = await new PebbleProcess { NeedsBinding = true }.StartAsync();
        await using var relayd = await RelaydProcess.StartAsync(authority.TlsPort, authority.Trust, [.. authority.Flags, .. authority.EabFlags]);
        await BecomesReadyAsync(relayd);
        using var root = await authority.RootAsync();
        await ConnectToAddressAsync(relayd, root);
    }

    [Fact]
    public async Task WhereTlsAlpnCannotBeSeen_HttpIsTaken()
    {
        await using var authority = await new PebbleProcess().StartAsync();
        await using var relayd = await RelaydProcess.StartAsync(
            0, authority.Trust, [.. authority.Flags, "--http-listen", $"127.0.0.1:{authority.HttpPort}"]);
        await BecomesReadyAsync(relayd);
        using var root = await authority.RootAsync();
        await ConnectToAddressAsync(relayd, root);
    }

    [Fact]
    public async Task WithoutAnAuthority_RelaydStarts_SaysSo_AndIsReadyOnceThereIsOne()
    {
        Requires.Tool("pebble");
        await using var authority = new PebbleProcess().Prepare();
        await using var relayd = await RelaydProcess.StartAsync(authority.TlsPort, authority.Trust, authority.Flags);
        Assert.Equal((503, "no certificate yet"), await relayd.ReadyAsync());
        Assert.Equal(0, (await relayd.MetricsAsync()).Sum("relay_certificate_days_left"));
        await Eventually.True(() => relayd.Errors.Contains("NO CLIENT CAN CONNECT", StringComparison.Ordinal), "the loud line", TimeSpan.FromSeconds(30));

        await authority.StartAsync();
        await relayd.SignalAsync("HUP");
        await BecomesReadyAsync(relayd);
    }

    // What failed is tried again after a minute.
    private static Task BecomesReadyAsync(RelaydProcess relayd) =>
        Eventually.True(async () => await relayd.ReadyAsync() == (200, "ready"), "a certificate", TimeSpan.FromSeconds(150));

    private static async Task ConnectToAddressAsync(RelaydProcess relayd, X509Certificate2 root)
    {
        using var key = NodePrivateKey.Generate();
        await using var connection = await RelayConnection.ConnectAsync(
            RelayEndpoint.FromUrl($"https://{relayd.RelayEndPoint}"), new RelayClientOptions { PrivateKey = key, TrustedRoots = [root] });
        Assert.Equal(relayd.PublicKey, connection.ServerKey);
    }

    private static Task<RelayConnection> ConnectAsync(PebbleProcess authority, X509Certificate2 root, NodePrivateKey key)
    {
        var node = new DerpNode { Name = "a", RegionID = 900, HostName = Name, IPv4 = IPAddress.Loopback.ToString(), IPv6 = "none", DERPPort = authority.TlsPort };
        return RelayConnection.ConnectAsync(RelayEndpoint.FromNode(node), new RelayClientOptions { PrivateKey = key, TrustedRoots = [root] });
    }
}
