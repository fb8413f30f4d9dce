using System.Net.Security;
using Relay.Server.Acme;

namespace Relay.Server.Tests.Acme;

public sealed class ClientHelloTests
{
    private static readonly byte[] Protocol = [.. "acme-tls/1"u8];

    [Theory]
    [InlineData("acme-tls/1", true)]
    [InlineData("h2,acme-tls/1", true)]
    [InlineData("h2,http/1.1", false)]
    [InlineData("acme-tls/10", false)]
    [InlineData("", false)]
    public async Task Offers_AtAnySplit_IsKnownOnceAllIsThere(string protocols, bool offered)
    {
        var hello = await HelloAsync(protocols);
        for (var length = 0; length < hello.Length; length++)
            Assert.Equal(HelloVerdict.NeedMoreData, ClientHello.Offers(hello.AsSpan(0, length), Protocol));
        Assert.Equal(offered ? HelloVerdict.Offered : HelloVerdict.NotOffered, ClientHello.Offers(hello, Protocol));
    }

    // Wrong in any byte, it may say yes or no, or wait for more; it never reads beyond its data, and never throws.
    [Fact]
    public async Task Offers_OfDamagedHellos_AlwaysEnds()
    {
        var hello = await HelloAsync("acme-tls/1");
        foreach (var value in new byte[] { 0, 1, 0x7f, 0xff })
        {
            for (var at = 0; at < hello.Length; at++)
            {
                var damaged = hello.ToArray();
                damaged[at] = value;
                ClientHello.Offers(damaged, Protocol);
            }
        }

        Assert.Equal(HelloVerdict.NotOffered, ClientHello.Offers("GET / HTTP/1.1\r\n"u8, Protocol));
    }

    // What the framework's own client sends first.
    private static async Task<byte[]> HelloAsync(string protocols)
    {
        var sent = new MemoryStream();
        await using var tls = new SslStream(new OneWay(sent));
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "relay.example.com",
            ApplicationProtocols = [.. protocols.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(p => new SslApplicationProtocol(p))],
        };
        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync(options));
        return sent.ToArray();
    }

    private sealed class OneWay(MemoryStream sent) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => sent.WriteAsync(buffer, cancellationToken);
    }
}
