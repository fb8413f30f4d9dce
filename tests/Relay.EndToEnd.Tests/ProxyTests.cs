using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

/// <summary>Behind real proxies: packets pass, and the relay knows whose they are.</summary>
public sealed class ProxyTests
{
    [Theory]
    [InlineData("pass v1", RelayTransport.Raw)]
    [InlineData("pass v2", RelayTransport.Raw)]
    [InlineData("pass v2", RelayTransport.WebSocket)]
    [InlineData("pass nginx", RelayTransport.Raw)]
    [InlineData("pass nginx", RelayTransport.WebSocket)]
    [InlineData("haproxy", RelayTransport.Raw)]
    [InlineData("haproxy", RelayTransport.WebSocket)]
    [InlineData("nginx", RelayTransport.Raw)]
    [InlineData("nginx", RelayTransport.WebSocket)]
    public async Task Clients_TalkThroughAProxyAndAreKnownByTheirOwnAddress(string kind, RelayTransport transport)
    {
        using var list = new AdmissionListFile();
        await using var relayd = await StartAsync(kind, list, "--trusted-proxy", ProxyServer.Address);
        await using var proxy = await ProxyServer.StartAsync(kind, relayd.RelayEndPoint);
        var endpoint = Endpoint(relayd, proxy);
        await using (var pair = await PairTraffic.ConnectAsync(key =>
        {
            list.Add(key.Public);
            return ConnectListedAsync(relayd, list, endpoint, key, transport);
        }))
        {
            await pair.RunAsync(300, 1);
        }

        await RefuseStrangerAsync(relayd, endpoint, transport, "127.0.0.1");
        if (kind.StartsWith("pass", StringComparison.Ordinal))
            Assert.True((await relayd.MetricsAsync()).Sum("relay_proxy_connections_total{result=\"client\"}") > 0);
    }

    [Theory]
    [InlineData("haproxy")]
    [InlineData("nginx")]
    public async Task UntrustedProxy_IsNotBelieved(string kind)
    {
        using var list = new AdmissionListFile();
        await using var relayd = await StartAsync(kind, list);
        await using var proxy = await ProxyServer.StartAsync(kind, relayd.RelayEndPoint);
        await RefuseStrangerAsync(relayd, Endpoint(relayd, proxy), RelayTransport.Raw, ProxyServer.Address);
    }

    private static Task<RelaydProcess> StartAsync(string kind, AdmissionListFile list, params string[] flags) =>
        RelaydProcess.StartAsync(["--admit", $"file:{list.Path}", "--tls", kind.StartsWith("pass", StringComparison.Ordinal) ? "self-signed" : "off", .. flags]);

    private static RelayEndpoint Endpoint(RelaydProcess relayd, ProxyServer proxy) =>
        RelayEndpoint.FromUrl($"https://127.0.0.1:{proxy.Port}", proxy.Pin ?? relayd.Pin);

    private static async Task<RelayConnection> ConnectListedAsync(
        RelaydProcess relayd, AdmissionListFile list, RelayEndpoint endpoint, NodePrivateKey key, RelayTransport transport)
    {
        await list.ReloadAsync(relayd);
        return await RelayConnection.ConnectAsync(endpoint, new RelayClientOptions { PrivateKey = key, Transport = transport });
    }

    private static async Task RefuseStrangerAsync(RelaydProcess relayd, RelayEndpoint endpoint, RelayTransport transport, string from)
    {
        using var stranger = NodePrivateKey.Generate();
        await Assert.ThrowsAsync<RelayException>(
            () => RelayConnection.ConnectAsync(endpoint, new RelayClientOptions { PrivateKey = stranger, Transport = transport }));
        await Eventually.True(
            () => relayd.Errors.Contains($"Not admitted: {stranger.Public.ToText()} from {from}: NotListed", StringComparison.Ordinal), $"the refusal of a client from {from} to be logged");
    }
}
