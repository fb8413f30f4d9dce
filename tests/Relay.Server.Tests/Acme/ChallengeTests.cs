using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Relay.Server.Tests.Http;
using Relay.Server.Transport.Tls;

namespace Relay.Server.Tests.Acme;

public sealed class ChallengeTests
{
    private static readonly SslApplicationProtocol AcmeTls = new("acme-tls/1");

    [Fact]
    public async Task Handshake_OfAnAuthority_GetsTheAnswer_AndNothingElse()
    {
        await using var host = await TestHost.StartAsync(acme: new OneChallenge());
        await using var client = await ConnectAsync(host, OneChallenge.Name, AcmeTls);
        Assert.Equal(TestCertificates.Two.Thumbprint, Shown(client));
        Assert.Equal(AcmeTls, client.Ssl.NegotiatedApplicationProtocol);
        Assert.Empty(await client.ReadToEndAsync());
        Assert.Equal(1, host.TlsCounters.Completed);
    }

    [Fact]
    public async Task Handshake_ThatComesInPieces_IsWaitedFor()
    {
        await using var host = await TestHost.StartAsync(acme: new OneChallenge());
        await using var plain = await WireClient.ConnectAsync(host.Tls);
        await using var tls = new SslStream(new Slow(plain.Stream));
        await Wait.For(
            tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = OneChallenge.Name,
                ApplicationProtocols = [AcmeTls],
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            }),
            "the handshake");
        Assert.Equal(AcmeTls, tls.NegotiatedApplicationProtocol);
    }

    [Fact]
    public async Task Handshake_OfAnybodyElse_WhileAChallengeIsOpen_GetsTheUsualCertificate()
    {
        await using var host = await TestHost.StartAsync(acme: new OneChallenge());
        await using var client = await ConnectAsync(host, OneChallenge.Name, SslApplicationProtocol.Http11);
        Assert.Equal(TestCertificates.One.Thumbprint, Shown(client));
        await client.SendAsync("GET /derp/probe HTTP/1.1\r\nHost: relay\r\n\r\n");
        Assert.Equal(200, (await client.ReadAnswerAsync()).Status);
    }

    [Fact]
    public async Task Handshake_ForANameThatIsNotOpen_IsRefused()
    {
        await using var host = await TestHost.StartAsync(acme: new OneChallenge());
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(host, "other.example.com", AcmeTls));
        await Wait.Until(() => host.TlsCounters.Failed(TlsFailure.NoCertificate) == 1, "the failure is counted");
    }

    [Fact]
    public async Task Handshake_WhileNoChallengeIsOpen_IsRefused()
    {
        await using var host = await TestHost.StartAsync(acme: new OneChallenge { AnyForTls = false });
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(host, OneChallenge.Name, AcmeTls));
        await Wait.Until(() => host.TlsCounters.Failed(TlsFailure.Protocol) == 1, "the failure is counted");
    }

    [Theory]
    [InlineData("/.well-known/acme-challenge/the-token", 200, "the-token.thumbprint")]
    [InlineData("/.well-known/acme-challenge/another", 404, "no such challenge\n")]
    public async Task PlainHttp_AnswersAnAuthority(string path, int status, string body)
    {
        await using var host = await TestHost.StartAsync(acme: new OneChallenge());
        await using var client = await WireClient.ConnectAsync(host.PlainHttp);
        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: relay.example.com\r\n\r\n");
        var answer = await client.ReadAnswerAsync();
        Assert.Equal((status, body), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Readiness_SaysWhatIsMissing()
    {
        string? missing = "no certificate yet";
        await using var host = await TestHost.StartAsync(options => options with { NotReady = () => missing });
        Assert.Equal((503, "no certificate yet"), await ReadyAsync());
        missing = null;
        Assert.Equal((200, "ready"), await ReadyAsync());

        async Task<(int, string)> ReadyAsync()
        {
            await using var client = await WireClient.ConnectAsync(host.Admin);
            await client.SendAsync("GET /readyz HTTP/1.1\r\nHost: relay\r\n\r\n");
            var answer = await client.ReadAnswerAsync();
            return (answer.Status, answer.Body);
        }
    }

    private static Task<WireClient> ConnectAsync(TestHost host, string name, SslApplicationProtocol protocol) => host.ConnectTlsAsync(options =>
    {
        options.TargetHost = name;
        options.ApplicationProtocols = [protocol];
    });

    private static string Shown(WireClient client) => ((X509Certificate2)client.Ssl.RemoteCertificate!).Thumbprint;

    // The first message in two pieces, the second once the first has surely been seen.
    private sealed class Slow(Stream inner) : Stream
    {
        private bool _begun;

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!_begun)
            {
                _begun = true;
                await inner.WriteAsync(buffer[..100], cancellationToken);
                using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(60));
                await timer.WaitForNextTickAsync(cancellationToken);
                buffer = buffer[100..];
            }

            await inner.WriteAsync(buffer, cancellationToken);
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
