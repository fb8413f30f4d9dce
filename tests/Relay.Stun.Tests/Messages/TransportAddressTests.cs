using System.Net;
using System.Net.Sockets;
using Relay.Stun.Messages;

namespace Relay.Stun.Tests.Messages;

public sealed class TransportAddressTests
{
    [Theory]
    [InlineData("192.0.2.1:32853", StunAddressFamily.IPv4, "192.0.2.1:32853")]
    [InlineData("255.254.253.252:65535", StunAddressFamily.IPv4, "255.254.253.252:65535")]
    [InlineData("[2001:db8:1234:5678:11:2233:4455:6677]:1", StunAddressFamily.IPv6, "[2001:db8:1234:5678:11:2233:4455:6677]:1")]
    [InlineData("[::1]:80", StunAddressFamily.IPv6, "[::1]:80")]
    [InlineData("[::ffff:192.0.2.1]:7", StunAddressFamily.IPv4, "192.0.2.1:7")]
    [InlineData("[::192.0.2.1]:7", StunAddressFamily.IPv6, "[::192.0.2.1]:7")]
    [InlineData("[fe80::1%3]:7", StunAddressFamily.IPv6, "[fe80::1]:7")]
    public void From_AnEndPoint_UnwrapsAndPrints(string text, StunAddressFamily family, string expected)
    {
        var endPoint = IPEndPoint.Parse(text);
        var address = TransportAddress.From(endPoint);
        Assert.Equal(family, address.Family);
        Assert.Equal(endPoint.Port, address.Port);
        Assert.Equal(expected, address.ToString());
        Assert.True(TransportAddress.TryFrom(endPoint.Serialize(), out var same));
        Assert.Equal(address, same);
    }

    [Fact]
    public void TryFrom_AnotherFamily_IsFalse()
    {
        Assert.False(TransportAddress.TryFrom(new UnixDomainSocketEndPoint("/x").Serialize(), out _));
        for (var length = 0; length < 20; length++)
            Assert.Equal(length is 4 or 16, TransportAddress.TryFrom(new byte[length], 1, out _));
    }

    [Theory]
    [InlineData("192.0.2.1:0", false)]
    [InlineData("0.0.0.0:1", false)]
    [InlineData("255.255.255.255:1", false)]
    [InlineData("224.0.0.0:1", false)]
    [InlineData("239.255.255.255:1", false)]
    [InlineData("[::]:1", false)]
    [InlineData("[ff00::]:1", false)]
    [InlineData("[ff02::1]:1", false)]
    [InlineData("[2001:db8::1]:0", false)]
    [InlineData("[::ffff:0.0.0.0]:1", false)]
    [InlineData("[::ffff:224.0.0.1]:1", false)]
    [InlineData("[::ffff:255.255.255.255]:1", false)]
    [InlineData("223.255.255.255:1", true)]
    [InlineData("240.0.0.1:1", true)]
    [InlineData("127.0.0.1:65535", true)]
    [InlineData("[::1]:1", true)]
    [InlineData("[fe80::1]:1", true)]
    [InlineData("[fe00::1]:1", true)]
    public void CanBeSource_OfEachKind(string text, bool expected) =>
        Assert.Equal(expected, TransportAddress.From(IPEndPoint.Parse(text)).CanBeSource);

    [Fact]
    public void Default_IsNoAddress()
    {
        Assert.False(default(TransportAddress).CanBeSource);
        Assert.Equal("", default(TransportAddress).ToString());
        Assert.Throws<InvalidOperationException>(() => default(TransportAddress).ToIPEndPoint());
    }
}
