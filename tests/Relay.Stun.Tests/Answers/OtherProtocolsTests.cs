using Relay.Stun.Answers;
using Relay.Stun.Tests.Support;

namespace Relay.Stun.Tests.Answers;

/// <summary>What else may reach the port gets nothing.</summary>
public sealed class OtherProtocolsTests
{
    public static TheoryData<string, string> Packets => new()
    {
        { "DNS query", "1c2d 0100 0001 0000 0000 0000 07 6578616d706c65 03 636f6d 00 0001 0001" },
        { "DNS query with id 1", "0001 0100 0001 0000 0000 0000 07 6578616d706c65 03 636f6d 00 0001 0001" },
        { "DTLS ClientHello", "16 feff 0000 000000000000 0036 01 00002a 0000 000000 00002a fefd" + Zeros(32) + "00 00 0002 c02b 0100" },
        { "TLS ClientHello", "16 0301 0031 01 00002d 0303" + Zeros(32) + "00 0002 1301 0100 0000" },
        { "QUIC initial", "c3 00000001 08 0102030405060708 00 00 4000" + Zeros(40) },
        { "RTP", "80 60 0001 00000002 00000003" + Zeros(160) },
        { "RTCP", "80 c8 0006 00000001" + Zeros(20) },
        { "WireGuard initiation", "01000000" + Zeros(144) },
        { "WireGuard response", "02000000" + Zeros(88) },
        { "WireGuard data", "04000000" + Zeros(28) },
        { "disco", "5453f09f92ac" + Zeros(32 + 24 + 16 + 46) },
        { "TURN allocate", "000300082112a442" + StunBuilder.Id + "0019000411000000" },
        { "TURN channel data", "4000 0010" + Zeros(16) },
        { "ICMP-like zeros", Zeros(64) },
        { "SIP", Hex.Text("OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/UDP x\r\n\r\n"u8) },
        { "NTP", "e3 00 06 ec" + Zeros(44) },
        { "empty", "" },
    };

    [Theory, MemberData(nameof(Packets))]
    public void Packet_GetsNothing(string protocol, string hex)
    {
        foreach (var policy in Enum.GetValues<StunPolicy>())
            Assert.Equal((protocol, new Decision(StunDisposition.NotStun, "")), (protocol, Decision.Of(policy, Hex.Bytes(hex), Decision.Source)));
    }

    private static string Zeros(int count) => new('0', 2 * count);
}
