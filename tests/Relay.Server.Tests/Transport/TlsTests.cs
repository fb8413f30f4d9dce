using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.Extensions.Time.Testing;
using Relay.Server.Tests.Http;
using Relay.Server.Transport.Tls;

namespace Relay.Server.Tests.Transport;

public sealed class TlsTests
{
    private const string Probe = "GET /derp/probe HTTP/1.1\r\nHost: relay\r\n\r\n";

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Handshake_InEitherVersion_Succeeds(SslProtocols version)
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectTlsAsync(options => options.EnabledSslProtocols = version);
        Assert.Equal(version, client.Ssl.SslProtocol);
        await client.SendAsync(Probe);
        Assert.Equal(200, (await client.ReadAnswerAsync()).Status);
        Assert.Equal(1, host.TlsCounters.Completed);
    }

    [Fact]
    public async Task Handshake_WithTls11_IsRefusedWithAnAlert()
    {
        // The client here cannot be talked into it: a ClientHello of TLS 1.1 by hand, with one cipher and no extension.
        byte[] body = [3, 2, .. new byte[32], 0, 0, 2, 0xc0, 0x13, 1, 0];
        byte[] hello = [0x16, 3, 1, 0, (byte)(body.Length + 4), 1, 0, 0, (byte)body.Length, .. body];
        await using var host = await TestHost.StartAsync();
        await using var client = await WireClient.ConnectAsync(host.Tls);
        await client.SendAsync(hello);
        Assert.Equal(0x15, (await client.ReadToEndAsync())[0]);
        Assert.Equal(1, host.TlsCounters.Failed(TlsFailure.Protocol));
    }

    [Theory]
    [InlineData(false, "http/1.1")]
    [InlineData(true, "h2")]
    public async Task Alpn_IsAgreedAsTheClientAsks(bool http2, string expected)
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectTlsAsync(options => options.ApplicationProtocols = http2
            ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]
            : [SslApplicationProtocol.Http11]);
        Assert.Equal(expected, client.Ssl.NegotiatedApplicationProtocol.ToString());
    }

    [Fact]
    public async Task Alpn_WithNothingInCommon_IsRefused()
    {
        await using var host = await TestHost.StartAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => host.ConnectTlsAsync(options => options.ApplicationProtocols = [new("acme-tls/1")]));
        await Wait.Until(() => host.TlsCounters.Failed(TlsFailure.Protocol) == 1, "the failure is counted");
    }

    [Fact]
    public async Task Garbage_InsteadOfTls_IsClosedAndCounted()
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await WireClient.ConnectAsync(host.Tls);
        await client.SendAsync("\u0000\u0001garbage");
        Assert.Empty(await client.ReadToEndAsync());
        Assert.Equal(1, host.TlsCounters.Failed(TlsFailure.NotTls));
    }

    [Fact]
    public async Task PlainHttp_OnTheTlsPort_IsToldSo()
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await WireClient.ConnectAsync(host.Tls);
        await client.SendAsync(Probe);
        var answer = await client.ReadAnswerAsync();
        Assert.Equal(400, answer.Status);
        Assert.Equal("This port speaks HTTPS: use https.\n", answer.Body);
        Assert.Empty(await client.ReadToEndAsync());
        Assert.Equal(1, host.TlsCounters.Failed(TlsFailure.NotTls));
    }

    [Fact]
    public async Task Garbage_AfterARecordHeader_IsAProtocolFailure()
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await WireClient.ConnectAsync(host.Tls);
        await client.SendAsync((byte[])[0x16, 3, 1, 0, 40, .. new byte[40]]);
        await client.ReadToEndAsync();
        await Wait.Until(() => host.TlsCounters.Failed(TlsFailure.Protocol) == 1, "the failure is counted");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Client_ThatLeavesInTheHandshake_IsCountedAsClosed(int sent)
    {
        await using var host = await TestHost.StartAsync();
        await using (var client = await WireClient.ConnectAsync(host.Tls)) await client.SendAsync(new byte[] { 0x16, 3, 1 }.AsMemory(0, sent));
        await Wait.Until(() => host.TlsCounters.Failed(TlsFailure.Closed) == 1, "the failure is counted");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Client_ThatStallsTheHandshake_IsClosedAtTheDeadline(int sent)
    {
        var time = new FakeTimeProvider();
        await using var host = await TestHost.StartAsync(time: time);
        await using var client = await WireClient.ConnectAsync(host.Tls);
        await client.SendAsync(new byte[] { 0x16, 3, 1 }.AsMemory(0, sent));
        var end = client.ReadToEndAsync();
        await Wait.Until(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return end.IsCompleted;
            },
            "the stalled handshake is cut");
        await end;
        Assert.Equal(1, host.TlsCounters.Failed(TlsFailure.Timeout));
        Assert.True(time.GetUtcNow() - time.Start >= TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Name_WithoutACertificate_IsRefused()
    {
        var context = TestCertificates.Context(TestCertificates.One);
        await using var host = await TestHost.StartAsync(certificates: name => name == "localhost" ? context : null);
        await using var client = await host.ConnectTlsAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => host.ConnectTlsAsync(options => options.TargetHost = "other"));
        await Wait.Until(() => host.TlsCounters.Failed(TlsFailure.NoCertificate) == 1, "the failure is counted");
    }

    [Fact]
    public async Task Certificate_Swapped_IsForNewConnectionsAndKeepsTheOld()
    {
        var context = TestCertificates.Context(TestCertificates.One);
        await using var host = await TestHost.StartAsync(certificates: _ => Volatile.Read(ref context));
        await using var before = await host.ConnectTlsAsync();
        Volatile.Write(ref context, TestCertificates.Context(TestCertificates.Two));
        await using var after = await host.ConnectTlsAsync();

        Assert.Equal(TestCertificates.One.GetCertHash(), before.Ssl.RemoteCertificate!.GetCertHash());
        Assert.Equal(TestCertificates.Two.GetCertHash(), after.Ssl.RemoteCertificate!.GetCertHash());
        foreach (var client in (WireClient[])[before, after])
        {
            await client.SendAsync(Probe);
            Assert.Equal(200, (await client.ReadAnswerAsync()).Status);
        }
    }

    [Fact]
    public async Task Http2_GetDerp_GetsThe426()
    {
        await using var host = await TestHost.StartAsync();
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null } };
        using var client = new HttpClient(handler) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var answer = await client.GetAsync(new Uri($"https://localhost:{host.Tls}/derp"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpVersion.Version20, answer.Version);
        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
        Assert.Equal("DERP requires connection upgrade\n", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.False(answer.Headers.Contains("Server"));

        using var dns = await client.GetAsync(new Uri($"https://localhost:{host.Tls}/bootstrap-dns"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, dns.StatusCode);
    }
}
