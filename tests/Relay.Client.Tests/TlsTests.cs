using System.Security.Authentication;
using Relay.Client.Tests.Fakes;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;

namespace Relay.Client.Tests;

public sealed class TlsTests
{
    private const string Name = "relay.test";

    [Fact]
    public async Task Pin_OfTheCertificate_Connects()
    {
        using var certificate = Certificates.SelfSigned("127.0.0.1");
        await using var relay = new FakeRelay(Certificates.Context(certificate));
        var pin = Certificates.Pin(certificate);
        await using var client = await ConnectAsync(relay, RelayEndpoint.FromUrl(relay.Url, pin));

        Assert.True(client.Tls is { Pinned: true, MetaKey: null, Protocol: >= SslProtocols.Tls12 });
        Assert.Equal(pin, "sha256-raw:" + client.Tls.Sha256);
        Assert.False(client.FastStarted);
        Assert.True(client.Timings.Tls > TimeSpan.Zero);
    }

    [Fact]
    public async Task Pin_InUpperCase_IsTheSamePin()
    {
        using var certificate = Certificates.SelfSigned("127.0.0.1");
        await using var relay = new FakeRelay(Certificates.Context(certificate));
        var pin = "sha256-raw:" + Certificates.Pin(certificate)["sha256-raw:".Length..].ToUpperInvariant();
        await using var client = await ConnectAsync(relay, RelayEndpoint.FromUrl(relay.Url, pin));
        Assert.True(client.Tls!.Pinned);
    }

    [Fact]
    public async Task Pin_OfAnotherCertificate_FailsAndNamesBoth()
    {
        using var certificate = Certificates.SelfSigned("127.0.0.1");
        await using var relay = new FakeRelay(Certificates.Context(certificate));
        var failure = await FailAsync(RelayEndpoint.FromUrl(relay.Url, "sha256-raw:" + new string('0', 64)));
        Assert.Equal(RelayError.PinMismatch, failure.Error);
        Assert.Contains(Certificates.Pin(certificate), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pin_OfOneOfTwoCertificates_Fails()
    {
        var (context, _, leaf) = Certificates.WithMeta("127.0.0.1", Pair.Other, name: "an ordinary intermediate");
        await using var relay = new FakeRelay(context);
        var failure = await FailAsync(RelayEndpoint.FromUrl(relay.Url, Certificates.Pin(leaf)));
        Assert.Equal(RelayError.PinMismatch, failure.Error);
        Assert.Contains("2 certificates", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pin_OfAnExpiredCertificate_Fails()
    {
        using var certificate = Certificates.SelfSigned("127.0.0.1", TimeProvider.System.GetUtcNow().AddMinutes(-1));
        await using var relay = new FakeRelay(Certificates.Context(certificate));
        var failure = await FailAsync(RelayEndpoint.FromUrl(relay.Url, Certificates.Pin(certificate)));
        Assert.Equal(RelayError.CertificateRejected, failure.Error);
        Assert.Contains("is valid from", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pin_OfACertificateForAnotherName_FailsWhereANameWasSent()
    {
        using var certificate = Certificates.SelfSigned("other.test");
        await using var relay = new FakeRelay(Certificates.Context(certificate));
        var failure = await FailAsync(Named(relay, Certificates.Pin(certificate)));
        Assert.Equal(RelayError.CertificateRejected, failure.Error);

        // By address no name is sent, and none is checked.
        await using var again = new FakeRelay(Certificates.Context(certificate));
        await using var client = await ConnectAsync(again, RelayEndpoint.FromUrl(again.Url, Certificates.Pin(certificate)));
        Assert.True(client.Tls!.Pinned);
        Assert.Equal("", again.ServerName);
    }

    [Fact]
    public async Task Pin_BesideAMetaCertificate_ConnectsAndStartsFast()
    {
        using var key = NodePrivateKey.Generate();
        var (context, _, leaf) = Certificates.WithMeta("127.0.0.1", key.Public);
        await using var relay = new FakeRelay(context, key: key);
        await using var client = await ConnectAsync(relay, RelayEndpoint.FromUrl(relay.Url, Certificates.Pin(leaf)));
        Assert.True(client.FastStarted && client.Tls!.Pinned);
    }

    [Fact]
    public async Task SelfSigned_WithoutAPin_IsRejectedAndThePinIsOffered()
    {
        using var certificate = Certificates.SelfSigned("127.0.0.1");
        await using var relay = new FakeRelay(Certificates.Context(certificate));
        var failure = await FailAsync(RelayEndpoint.FromUrl(relay.Url));
        Assert.Equal(RelayError.CertificateRejected, failure.Error);
        Assert.Contains(Certificates.Pin(certificate), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InsecureForTests_AcceptsAnything()
    {
        using var certificate = Certificates.SelfSigned("other.test", TimeProvider.System.GetUtcNow().AddMinutes(-1));
        await using var relay = new FakeRelay(Certificates.Context(certificate));
        await using var client = await ConnectAsync(relay, RelayEndpoint.FromUrl(relay.Url, insecureForTests: true));
        Assert.False(client.Tls!.Pinned);
    }

    [Fact]
    public async Task MetaCertificate_UnderTls13_StartsFast()
    {
        using var key = NodePrivateKey.Generate();
        var (context, root, _) = Certificates.WithMeta(Name, key.Public);
        await using var relay = new FakeRelay(context, key: key);
        var options = Pair.Options with { TrustedRoots = [root], Preferred = true };
        var connecting = RelayConnection.ConnectAsync(Named(relay), options, Within.Token);
        var link = await relay.AcceptLinkAsync();

        // Head and frames come without a byte from the relay.
        var head = await link.ReadHeadAsync();
        await link.ReadClientInfoAsync();
        Assert.Equal(Protocol.Frames.FrameType.NotePreferred, (await link.ReadFrameAsync()).Type);
        Assert.Equal("GET /derp HTTP/1.1\r\nHost: relay.test\r\nUser-Agent: Go-http-client/1.1\r\nConnection: Upgrade\r\nDerp-Fast-Start: 1\r\nUpgrade: DERP\r\n\r\n", head);

        await link.WriteAsync(FakeLink.ServerKeyFrame(key.Public));
        await link.WriteAsync(new Protocol.Handshake.ServerInfo().ToFrame(key, link.Client));
        await using var client = await Within.TimeAsync(connecting, "the fast start");
        Assert.True(client.FastStarted);
        Assert.Equal(key.Public, client.ServerKey);
        Assert.Equal(key.Public, client.Tls!.MetaKey);
        Assert.Equal(Name, relay.ServerName);
        Assert.Equal(TimeSpan.Zero, client.Timings.Upgrade);
    }

    [Fact]
    public async Task MetaCertificate_UnderTls12_IsIgnored()
    {
        using var key = NodePrivateKey.Generate();
        var (context, root, _) = Certificates.WithMeta(Name, key.Public);
        await using var relay = new FakeRelay(context, SslProtocols.Tls12, key);
        await using var client = await ConnectAsync(relay, Named(relay), Pair.Options with { TrustedRoots = [root] });
        Assert.False(client.FastStarted);
        Assert.Equal(SslProtocols.Tls12, client.Tls!.Protocol);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task MetaCertificate_ThatSaysNothingUsable_IsIgnored(byte serial)
    {
        using var key = NodePrivateKey.Generate();
        var (context, root, _) = Certificates.WithMeta(Name, key.Public, serial, serial == 0 ? null : "derpkey" + new string('x', 64));
        await using var relay = new FakeRelay(context, key: key);
        await using var client = await ConnectAsync(relay, Named(relay), Pair.Options with { TrustedRoots = [root] });
        Assert.False(client.FastStarted);
    }

    [Fact]
    public async Task MetaCertificate_OfAnotherKeyThanTheGreeting_Fails()
    {
        var (context, root, _) = Certificates.WithMeta(Name, Pair.Other);
        await using var relay = new FakeRelay(context);
        var connecting = RelayConnection.ConnectAsync(Named(relay), Pair.Options with { TrustedRoots = [root] }, Within.Token);
        var link = await relay.AcceptLinkAsync();
        await link.ReadHeadAsync();
        await link.WriteAsync(FakeLink.ServerKeyFrame(relay.Key.Public));
        Assert.Equal(RelayError.BadServerKey, (await Within.FailsAsync(connecting, "the failure")).Error);
    }

    [Fact]
    public async Task FastStart_AnsweredByHttp_TellsTheStatus()
    {
        var (context, root, _) = Certificates.WithMeta(Name, Pair.Other);
        await using var relay = new FakeRelay(context);
        var connecting = RelayConnection.ConnectAsync(Named(relay), Pair.Options with { TrustedRoots = [root], Transport = RelayTransport.Raw }, Within.Token);
        var link = await relay.AcceptLinkAsync();
        await link.ReadHeadAsync();
        await link.WriteAsync("HTTP/1.1 502 Bad Gateway\r\n\r\n"u8.ToArray());
        var failure = await Within.FailsAsync(connecting, "the failure");
        Assert.Equal((RelayError.HttpStatus, 502), (failure.Error, failure.HttpStatus));
    }

    [Fact]
    public async Task CertName_OfAnotherName_IsCheckedInsteadOfTheHost()
    {
        var (context, root, _) = Certificates.WithMeta("front.test", Pair.Other, serial: 0);
        await using var relay = new FakeRelay(context);
        var options = Pair.Options with { TrustedRoots = [root] };
        await using var client = await ConnectAsync(relay, Named(relay, "front.test"), options);
        Assert.Equal(Name, relay.ServerName);
        var failure = await FailAsync(Named(relay), options);
        Assert.Equal(RelayError.CertificateRejected, failure.Error);
        Assert.Contains("relay.test", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlainHttp_WhereTlsWasExpected_IsATlsFailure()
    {
        await using var relay = new FakeRelay();
        var connecting = RelayConnection.ConnectAsync(RelayEndpoint.FromUrl(relay.Url.Replace("http", "https", StringComparison.Ordinal)), Pair.Options, Within.Token);
        var link = await relay.AcceptLinkAsync();
        await link.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        Assert.Equal(RelayError.Tls, (await Within.FailsAsync(connecting, "the failure")).Error);
    }

    private static RelayEndpoint Named(FakeRelay relay, string? certName = null) =>
        RelayEndpoint.FromNode(new DerpNode { Name = "900a", HostName = Name, IPv4 = "127.0.0.1", IPv6 = "none", DERPPort = relay.Port, CertName = certName });

    private static async Task<RelayConnection> ConnectAsync(FakeRelay relay, RelayEndpoint endpoint, RelayClientOptions? options = null)
    {
        var connecting = RelayConnection.ConnectAsync(endpoint, options ?? Pair.Options, Within.Token);
        await Task.WhenAny(connecting, relay.AdmitAsync());
        return await Within.TimeAsync(connecting, "the handshake");
    }

    private static Task<RelayException> FailAsync(RelayEndpoint endpoint, RelayClientOptions? options = null) =>
        Within.FailsAsync(RelayConnection.ConnectAsync(endpoint, options ?? Pair.Options, Within.Token), "the failure");
}
