using System.Text;
using Relay.Server.Http;

namespace Relay.Server.Tests.Http;

public sealed class DerpHeadTests
{
    private const string Full =
        "GET /derp HTTP/1.1\r\nHost: derp1.example.com\r\nUser-Agent: Go-http-client/1.1\r\nConnection: Upgrade\r\nDerp-Fast-Start: 1\r\nIdeal-Node: 1a\r\nUpgrade: DERP\r\n\r\n";

    [Fact]
    public void Read_CutAtEveryByte_NeedsMoreUntilTheLast()
    {
        var bytes = Encoding.ASCII.GetBytes(Full);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Equal(DerpHeadVerdict.NeedMoreData, DerpHead.Read(bytes.AsSpan(0, length), out _));
        Assert.Equal(DerpHeadVerdict.Derp, DerpHead.Read(bytes, out var head));
        Assert.Equal(new DerpHead(bytes.Length, FastStart: true, IdealNode: "1a"), head);
    }

    [Fact]
    public void Read_WithBytesAfterTheHead_LeavesThemOut()
    {
        Assert.Equal(DerpHeadVerdict.Derp, Read(Full + "\x02\0\0\0h\r\n\r\n", out var head));
        Assert.Equal(Full.Length, head.Length);
    }

    [Theory]
    [InlineData("POST /derp HTTP/1.1\r\nUpgrade: DERP\r\n\r\n")]
    [InlineData("GET /derp HTTP/1.0\r\nUpgrade: derp\r\n\r\n")]
    [InlineData("GET /derp?x=/y HTTP/1.1\r\nUPGRADE: Derp\r\n\r\n")]
    [InlineData("GET http://relay.example:8080/derp HTTP/1.1\r\nupgrade:DERP\t\r\n\r\n")]
    [InlineData("GET /derp HTTP/1.1\nUpgrade: derp\n\n")]
    [InlineData("GET /derp HTTP/1.1\r\nUpgrade: derp\r\nUpgrade: foo\r\n\r\n")]
    [InlineData("GET /derp HTTP/1.1\r\nUpgrade: WebSocket\r\n\r\n")]
    [InlineData("GET /derp HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: DERP\r\n\r\n")]
    public void Read_AnyFormOfADerpUpgrade_IsDerp(string text)
    {
        Assert.Equal(DerpHeadVerdict.Derp, Read(text, out var head));
        Assert.Equal(new DerpHead(text.Length, FastStart: false, IdealNode: null), head);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("GET /derp/ HTTP/1.1\r\n")]
    [InlineData("GET //derp HTTP/1.1\r\n")]
    [InlineData("GET /DERP HTTP/1.1\r\n")]
    [InlineData("GET derp HTTP/1.1\r\n")]
    [InlineData("GET http://derp HTTP/1.1\r\n")]
    [InlineData("GET /derp\r\n")]
    [InlineData("GET /derp HTTP/2.0\r\n")]
    [InlineData(" /derp HTTP/1.1\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n")]
    [InlineData("\r\n")]
    [InlineData("\0\0\0\n")]
    [InlineData("GET /derp HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /derp HTTP/1.1\r\nUpgrade: foo\r\n\r\n")]
    [InlineData("GET /derp HTTP/1.1\r\nUpgrade: derp, websocket\r\n\r\n")]
    [InlineData("GET /derp HTTP/1.1\r\nUpgrade: foo\r\nUpgrade: derp\r\n\r\n")]
    [InlineData("GET /derp HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: foo, derp\r\n\r\n")]
    [InlineData("GET /derp HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: derpx\r\n\r\n")]
    [InlineData("GET /derp HTTP/1.1\r\nUpgrade : derp\r\n")]
    [InlineData("GET /derp HTTP/1.1\r\n Upgrade: derp\r\n")]
    [InlineData("GET /derp HTTP/1.1\r\n: derp\r\n")]
    [InlineData("GET /derp HTTP/1.1\r\nno colon\r\n")]
    [InlineData("GET /derp HTTP/1.1\r\nX: a\rb\r\n")]
    public void Read_AnythingElse_IsForTheHttpServer(string text) =>
        Assert.Equal(DerpHeadVerdict.NotDerp, Read(text, out _));

    [Theory]
    [InlineData("Derp-Fast-Start: 1", true)]
    [InlineData("derp-fast-start:1", true)]
    [InlineData("Derp-Fast-Start: 2", false)]
    [InlineData("Derp-Fast-Start: true", false)]
    [InlineData("Derp-Fast-Start:", false)]
    [InlineData("Derp-Fast-Start: 0\r\nDerp-Fast-Start: 1", false)]
    public void Read_FastStart_IsExactlyOne(string header, bool expected)
    {
        Assert.Equal(DerpHeadVerdict.Derp, Read($"GET /derp HTTP/1.1\r\n{header}\r\nUpgrade: DERP\r\n\r\n", out var head));
        Assert.Equal(expected, head.FastStart);
    }

    [Theory]
    [InlineData("Ideal-Node: 1a", "1a")]
    [InlineData("Ideal-Node: not a name", "")]
    [InlineData("Ideal-Node: \xff", "")]
    [InlineData("Ideal-Node: 0123456789012345678901234567890123456789012345678901234567890123", "")]
    [InlineData("Ideal-Node: ", null)]
    [InlineData("Derp-Ideal-Node: 1a", null)]
    public void Read_IdealNode_IsAnyValueAndANameIfItCanBeOne(string header, string? expected)
    {
        Assert.Equal(DerpHeadVerdict.Derp, Read($"GET /derp HTTP/1.1\r\n{header}\r\nUpgrade: DERP\r\n\r\n", out var head));
        Assert.Equal(expected, head.IdealNode);
    }

    [Fact]
    public void Read_MutatedHeads_NeverThrow()
    {
        var random = new Random(20_260);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = Encoding.ASCII.GetBytes(Full);
            for (var change = random.Next(1, 6); change > 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (DerpHead.Read(bytes, out var head) == DerpHeadVerdict.Derp) Assert.InRange(head.Length, 1, bytes.Length);
        }
    }

    private static DerpHeadVerdict Read(string text, out DerpHead head) => DerpHead.Read(Encoding.Latin1.GetBytes(text), out head);
}
