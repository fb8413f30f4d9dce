using System.Net;
using Relay.Paths.PortMapping;

namespace Relay.Paths.Tests.PortMapping;

/// <summary>The messages of NAT-PMP and PCP, byte for byte, and what comes of bytes that are none.</summary>
public sealed class MessageTests
{
    private const string NatPmpAddress = "00800000000000030b000015";
    private const string NatPmpMapping = "00810000000000039c409c4100001c20";
    private const string Nonce = "0ea71626e0f5972a63ca8a87";
    private const string PcpMapping = "0281000000001c2000000003" + "000000000000000000000000" + Nonce + "110000009c419c4200000000000000000000ffff0b000015";

    private static readonly IPAddress Local = IPAddress.Parse("10.21.0.2");

    [Fact]
    public void NatPmp_Requests()
    {
        Assert.Equal("0000", Convert.ToHexStringLower(NatPmpMessages.AddressRequest()));
        Assert.Equal("000100009c40000000001c20", Convert.ToHexStringLower(NatPmpMessages.MapRequest(40000, 0, TimeSpan.FromHours(2))));
    }

    [Fact]
    public void NatPmp_Answers()
    {
        Assert.Equal(new NatPmpAddress(0, 3, IPAddress.Parse("11.0.0.21")), NatPmpMessages.ReadAddress(Bytes(NatPmpAddress)));
        Assert.Equal(new NatPmpMapping(0, 3, 40001, 7200), NatPmpMessages.ReadMapping(Bytes(NatPmpMapping), 40000));
        Assert.Equal(2, NatPmpMessages.ReadMapping(Bytes("008100020000000300009c40000000000000".Replace("00009c40", "9c400000", StringComparison.Ordinal)), 40000)?.Result);
        Assert.Equal(3, NatPmpMessages.ReadAddress(Bytes("0080000300000003"))?.Result);
    }

    [Fact]
    public void NatPmp_AnswerForAnotherPort_IsNone() => Assert.Null(NatPmpMessages.ReadMapping(Bytes(NatPmpMapping), 40002));

    [Fact]
    public void Pcp_Requests()
    {
        const string Us = "00000000000000000000ffff0a150002";
        Assert.Equal("0200000000000000" + Us, Convert.ToHexStringLower(PcpMessages.Announce(Local)));
        Assert.Equal(
            "0201000000001c20" + Us + Nonce + "110000009c41000000000000000000000000ffff00000000",
            Convert.ToHexStringLower(PcpMessages.MapRequest(Local, Bytes(Nonce), 40001, 0, TimeSpan.FromHours(2))));
    }

    [Fact]
    public void Pcp_Answers()
    {
        Assert.Equal(new PcpAnswer(0, 0, 3, null, 0), PcpMessages.ReadAnnounce(Bytes("028000000000000000000003000000000000000000000000")));
        Assert.Equal(new PcpAnswer(0, 7200, 3, IPAddress.Parse("11.0.0.21"), 40002), PcpMessages.ReadMapping(Bytes(PcpMapping), Bytes(Nonce), 40001));
    }

    [Fact]
    public void Pcp_RefusalOfARouterThatKnowsNatPmpOnly_IsARefusal()
    {
        Assert.Equal(1, PcpMessages.ReadAnnounce(Bytes("0080000100000003"))?.Result);
        Assert.Equal(1, PcpMessages.ReadMapping(Bytes("0081000100000003"), Bytes(Nonce), 40001)?.Result);
    }

    [Fact]
    public void Pcp_AnswerToSomebodyElse_IsNone()
    {
        var otherNonce = Bytes(Nonce);
        otherNonce[11] ^= 1;
        Assert.Null(PcpMessages.ReadMapping(Bytes(PcpMapping), otherNonce, 40001));
        Assert.Null(PcpMessages.ReadMapping(Bytes(PcpMapping), Bytes(Nonce), 40000));
        Assert.Null(PcpMessages.ReadMapping(Bytes(PcpMapping.Replace("11000000", "06000000", StringComparison.Ordinal)), Bytes(Nonce), 40001));
    }

    [Fact]
    public void AnyBytes_AreReadOrRefused_NeverMore()
    {
        var random = new Random(1);
        foreach (var text in new[] { NatPmpAddress, NatPmpMapping, PcpMapping })
        {
            var whole = Bytes(text);
            for (var length = 0; length <= whole.Length; length++) ReadAll(whole.AsSpan(0, length));
            for (var i = 0; i < 20_000; i++)
            {
                var mutated = whole.ToArray();
                for (var n = random.Next(1, 4); n > 0; n--) mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
                ReadAll(mutated.AsSpan(0, random.Next(mutated.Length + 1)));
            }
        }
    }

    [Theory]
    [InlineData("11.0.0.21", 40000, 7200, 7200)]
    [InlineData("11.0.0.21", 40000, 1, 60)]
    [InlineData("11.0.0.21", 40000, 4294967295, 86400)]
    [InlineData("11.0.0.21", 40000, 0, null)]
    [InlineData("11.0.0.21", 0, 7200, null)]
    [InlineData("11.0.0.21", 65536, 7200, null)]
    [InlineData("0.0.0.0", 40000, 7200, null)]
    [InlineData("127.0.0.1", 40000, 7200, null)]
    [InlineData("224.0.0.1", 40000, 7200, null)]
    [InlineData("255.255.255.255", 40000, 7200, null)]
    [InlineData("::1", 40000, 7200, null)]
    public void Lease_ThatIsNone_IsRefused_AndItsTimeKeptWithinReason(string address, int port, double seconds, int? lifetime) =>
        Assert.Equal(lifetime, (int?)PortLease.Make(IPAddress.Parse(address), port, seconds)?.Lifetime.TotalSeconds);

    [Theory]
    [InlineData("Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\nlan\t00000000\t0100150A\t0003\t0\t0\t0\t00000000", "10.21.0.1")]
    [InlineData("wifi\t00000000\t0100A8C0\t0003\t0\t0\t600\t00000000\nlan\t00000000\t0100150A\t0003\t0\t0\t100\t00000000", "10.21.0.1")]
    [InlineData("lan\t00000000\t0100150A\t0002\t0\t0\t0\t00000000", null)]
    [InlineData("lan\t0000150A\t00000000\t0001\t0\t0\t0\t00FFFFFF", null)]
    [InlineData("lan\t00000000\tXYZ\t0003\t0\t0\t0\t00000000\nlan\t00000000\t0100150A\t0003", null)]
    [InlineData("", null)]
    public void RouteTable_HasTheGatewayOfTheBestDefaultRoute(string table, string? gateway)
    {
        if (!BitConverter.IsLittleEndian) return; // the table's numbers lie as in memory
        Assert.Equal(gateway, RouteTable.FindGateway(table.Split('\n'))?.ToString());
    }

    [Theory]
    [InlineData("10.0.0.1", true)]
    [InlineData("172.16.0.1", true)]
    [InlineData("172.31.255.255", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.1.1", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("100.128.0.1", false)]
    [InlineData("203.0.113.1", false)]
    [InlineData("fd00::1", false)]
    public void PrivateAddresses_AreThoseBehindNats(string address, bool expected) =>
        Assert.Equal(expected, GatewayFinder.IsPrivate(IPAddress.Parse(address)));

    private static void ReadAll(ReadOnlySpan<byte> datagram)
    {
        NatPmpMessages.ReadAddress(datagram);
        NatPmpMessages.ReadMapping(datagram, 40000);
        PcpMessages.ReadAnnounce(datagram);
        PcpMessages.ReadMapping(datagram, Bytes(Nonce), 40001);
        SsdpMessages.ReadLocation(datagram, Local);
        UpnpAction.Read(new MemoryStream(datagram.ToArray()));
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex);
}
