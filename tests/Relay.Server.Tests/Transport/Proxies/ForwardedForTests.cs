using System.Net;
using Relay.Server.Transport.Proxies;

namespace Relay.Server.Tests.Transport.Proxies;

public sealed class ForwardedForTests
{
    private static readonly TrustedProxies Trusted = new([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("2001:db8:ffff::/48")]);

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1:4711", "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("[2001:db8::1]:4711", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("203.0.113.9, 192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1, 10.1.2.3", "192.0.2.1")]
    [InlineData("203.0.113.9, 192.0.2.1, 10.1.2.3,2001:db8:ffff::5", "192.0.2.1")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("made up, 192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1, unknown", null)]
    [InlineData("192.0.2.1,", null)]
    [InlineData("", null)]
    public void Client_IsTheLastThatIsNoProxyOfOurs(string header, string? client) =>
        Assert.Equal(client is null ? null : IPAddress.Parse(client), ForwardedFor.Client(header, Trusted.Contains));

    [Fact]
    public void EndlessChain_IsNotFollowed() =>
        Assert.Null(ForwardedFor.Client(string.Join(',', Enumerable.Repeat("10.0.0.1", 1000)), Trusted.Contains));

    [Fact]
    public void Stranger_IsNotBelieved()
    {
        var stranger = IPEndPoint.Parse("198.51.100.1:5000");
        Assert.Same(stranger, Trusted.ClientOf(stranger, "192.0.2.1"));
        Assert.Equal(IPAddress.Parse("192.0.2.1"), Trusted.ClientOf(IPEndPoint.Parse("10.0.0.1:5000"), "192.0.2.1")!.Address);
        Assert.Equal(IPAddress.Parse("192.0.2.1"), Trusted.ClientOf(IPEndPoint.Parse("[::ffff:10.0.0.1]:5000"), "192.0.2.1")!.Address);
    }
}
