using System.Net;
using System.Text;
using Relay.Server.Transport.Proxies;

namespace Relay.Server.Tests.Transport.Proxies;

public sealed class ProxyHeaderTests
{
    private const string V2 = "0d0a0d0a000d0a515549540a";

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n", "192.0.2.1:56324")]
    [InlineData("PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n", "[2001:db8::1]:1")]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "192.0.2.1:1")]
    [InlineData("PROXY UNKNOWN\r\n", null)]
    [InlineData("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n", null)]
    public void Version1_IsReadWhereverItIsCut(string text, string? source) => IsReadWhereverItIsCut(Encoding.ASCII.GetBytes(text), source);

    [Theory]
    [InlineData(V2 + "21 11 000c c0000201 c6336407 dc04 01bb", "192.0.2.1:56324")]
    [InlineData(V2 + "21 21 0024 20010db8000000000000000000000001 20010db8000000000000000000000002 0001 01bb", "[2001:db8::1]:1")]
    [InlineData(V2 + "21 11 0010 c0000201 c6336407 dc04 01bb 04000100", "192.0.2.1:56324")]
    [InlineData(V2 + "20 00 0000", null)]
    [InlineData(V2 + "20 11 000c c0000201 c6336407 dc04 01bb", null)]
    [InlineData(V2 + "21 00 0003 aabbcc", null)]
    [InlineData(V2 + "21 31 0004 aabbccdd", null)]
    public void Version2_IsReadWhereverItIsCut(string hex, string? source) => IsReadWhereverItIsCut(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), source);

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 56324\r\n")]
    [InlineData("PROXY TCP4 2001:db8::1 198.51.100.7 1 2\r\n")]
    [InlineData("PROXY TCP6 192.0.2.1 198.51.100.7 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2 198.51.100.7 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 1 65536\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 -1 2\r\n")]
    [InlineData("PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n")]
    [InlineData("PROXY UDP4 192.0.2.1 198.51.100.7 1 2\r\n")]
    [InlineData("PROXY  TCP4 192.0.2.1 198.51.100.7 1 2\r\n")]
    public void Version1_ThatIsWrong_IsMalformed(string text) =>
        Assert.Equal(ProxyHeaderStatus.Malformed, ProxyHeader.TryRead(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void Version1_WithoutAnEnd_IsMalformedOnceItIsTooLong()
    {
        var endless = Encoding.ASCII.GetBytes("PROXY " + new string('x', 200));
        Assert.Equal(ProxyHeaderStatus.NeedMoreData, ProxyHeader.TryRead(endless.AsSpan(0, 106), out _));
        Assert.Equal(ProxyHeaderStatus.Malformed, ProxyHeader.TryRead(endless.AsSpan(0, 107), out _));
    }

    [Theory]
    [InlineData(V2 + "11 11 000c")]
    [InlineData(V2 + "22 11 000c")]
    [InlineData(V2 + "21 11 000b")]
    [InlineData(V2 + "21 21 0023")]
    [InlineData(V2 + "21 11 ffff")]
    public void Version2_ThatIsWrong_IsMalformedFromItsHead(string hex) =>
        Assert.Equal(ProxyHeaderStatus.Malformed, ProxyHeader.TryRead(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), out _));

    [Theory]
    [InlineData("16030100")]
    [InlineData("474554202f")]
    [InlineData("504f5354202f")]
    [InlineData("0d0a0d0a01")]
    public void AnythingElse_IsTheConnectionItself(string hex) =>
        Assert.Equal(ProxyHeaderStatus.None, ProxyHeader.TryRead(Convert.FromHexString(hex), out _));

    private static void IsReadWhereverItIsCut(byte[] header, string? source)
    {
        byte[] followed = [.. header, .. "GET /derp"u8];
        for (var length = 0; length < header.Length; length++)
            Assert.Equal(ProxyHeaderStatus.NeedMoreData, ProxyHeader.TryRead(followed.AsSpan(0, length), out _));
        for (var length = header.Length; length <= followed.Length; length++)
        {
            Assert.Equal(ProxyHeaderStatus.Complete, ProxyHeader.TryRead(followed.AsSpan(0, length), out var read));
            Assert.Equal(header.Length, read.Length);
            Assert.Equal(source is null ? null : IPEndPoint.Parse(source), read.Source);
        }
    }
}
