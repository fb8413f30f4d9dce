using System.Text;
using Microsoft.Extensions.Time.Testing;
using Relay.Client.Dialing;
using Relay.Client.Tests.Fakes;
using Relay.Protocol.Map;

namespace Relay.Client.Tests;

public sealed class ProxyTests
{
    [Fact]
    public async Task Proxy_WithCredentials_IsAskedAndThenCarriesTls()
    {
        using var certificate = Certificates.SelfSigned("127.0.0.1");
        await using var relay = new FakeRelay(Certificates.Context(certificate));
        await using var proxy = new FakeRelay();
        var options = Pair.Options with { ProxyUri = new Uri($"http://me:p%40ss@127.0.0.1:{proxy.Port}") };
        var connecting = RelayConnection.ConnectAsync(RelayEndpoint.FromUrl(relay.Url, Certificates.Pin(certificate)), options, Within.Token);

        var link = await proxy.AcceptLinkAsync();
        Assert.Equal(
            $"CONNECT 127.0.0.1:{relay.Port} HTTP/1.1\r\nHost: 127.0.0.1:{relay.Port}\r\nProxy-Authorization: Basic bWU6cEBzcw==\r\n\r\n",
            await link.ReadHeadAsync());
        await link.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray());
        using var far = new System.Net.Sockets.TcpClient();
        await far.ConnectAsync("127.0.0.1", relay.Port, Within.Token);
        _ = link.Stream.CopyToAsync(far.GetStream(), Within.Token);
        _ = far.GetStream().CopyToAsync(link.Stream, Within.Token);

        await relay.AdmitAsync();
        await using var client = await Within.TimeAsync(connecting, "the handshake through the proxy");
        Assert.True(client.Tls!.Pinned);
        Assert.True(client.Timings.Proxy > TimeSpan.Zero);
    }

    // It connects for us before it answers: the time for a TCP connection to a node is not enough for that.
    [Fact]
    public async Task Proxy_ThatIsSlow_IsWaitedForWhereThereIsNoOtherNode()
    {
        var time = new FakeTimeProvider();
        await using var proxy = new FakeRelay();
        var options = Pair.Options with { ProxyUri = new Uri($"http://127.0.0.1:{proxy.Port}"), TimeProvider = time, Transport = RelayTransport.Raw };
        var node = new DerpNode { Name = "1a", HostName = "relay.test" };
        var connecting = RelayConnection.ConnectAsync(RelayEndpoint.FromNode(node, plainHttp: true), options, Within.Token);
        var link = await proxy.AcceptLinkAsync();
        await link.ReadHeadAsync();
        time.Advance(TimeSpan.FromSeconds(5));
        await link.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray());
        Assert.StartsWith("GET /derp", await link.ReadHeadAsync(), StringComparison.Ordinal);
        await link.DisposeAsync();
        await Within.FailsAsync(connecting, "the end");
    }

    [Theory]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", 407, "user:password")]
    [InlineData("HTTP/1.1 403 Forbidden\r\n\r\n", 403, "403 Forbidden")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nsurprise", null, "8 bytes")]
    [InlineData("SOCKS", null, "SOCKS")]
    public async Task Proxy_ThatRefuses_IsNamedAsTheOne(string answer, int? status, string said)
    {
        await using var proxy = new FakeRelay();
        var options = Pair.Options with { ProxyUri = new Uri($"http://127.0.0.1:{proxy.Port}") };
        var connecting = RelayConnection.ConnectAsync(RelayEndpoint.FromUrl("https://relay.test"), options, Within.Token);
        var link = await proxy.AcceptLinkAsync();
        await link.ReadHeadAsync();
        await link.WriteAsync(Encoding.ASCII.GetBytes(answer));
        var failure = await Within.FailsAsync(connecting, "the refusal");
        Assert.Equal((RelayError.Proxy, status), (failure.Error, failure.HttpStatus));
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://relay.test", "HTTPS_PROXY=http://p1:3128 ALL_PROXY=http://p2", "http://p1:3128/")]
    [InlineData("https://relay.test", "https_proxy=p1:3128", "http://p1:3128/")]
    [InlineData("https://relay.test", "ALL_PROXY=http://p2", "http://p2/")]
    [InlineData("http://relay.test", "HTTPS_PROXY=http://p1 HTTP_PROXY=http://p3", "http://p3/")]
    [InlineData("https://relay.test", "HTTPS_PROXY=http://p1 NO_PROXY=other.test,.test", null)]
    [InlineData("https://relay.test", "HTTPS_PROXY=http://p1 NO_PROXY=relay.test:444", "http://p1/")]
    [InlineData("https://relay.test", "HTTPS_PROXY=http://p1 NO_PROXY=lay.test", "http://p1/")]
    [InlineData("https://192.0.2.7", "HTTPS_PROXY=http://p1 NO_PROXY=192.0.2.0/24", null)]
    [InlineData("https://relay.test", "HTTPS_PROXY=http://p1 no_proxy=*", null)]
    [InlineData("https://localhost", "HTTPS_PROXY=http://p1", null)]
    [InlineData("https://[::1]:8443", "HTTPS_PROXY=http://p1", null)]
    [InlineData("https://relay.test", "", null)]
    public void Environment_NamesTheProxy(string url, string variables, string? expected)
    {
        var set = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1]);
        Assert.Equal(expected, EnvironmentProxy.Find(RelayEndpoint.FromUrl(url).Targets[0], set.GetValueOrDefault)?.ToString());
    }

    [Fact]
    public void Environment_WithNonsense_IsNamedByItsVariable()
    {
        var failure = Assert.Throws<RelayException>(() => EnvironmentProxy.Find(Pair.Plain.Targets[0], name => name == "ALL_PROXY" ? "socks5://p:1080" : null));
        Assert.Equal(RelayError.Proxy, failure.Error);
        Assert.Contains("ALL_PROXY", failure.Message, StringComparison.Ordinal);
    }
}
