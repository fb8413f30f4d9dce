using System.Net;
using Relay.Stun.Answers;
using Relay.Stun.Messages;

namespace Relay.Stun.Tests.Support;

/// <summary>One call of the decision procedure, and what every answer must be, whatever was asked.</summary>
internal sealed record Decision(StunDisposition Disposition, string Answer)
{
    internal const string Source = "192.0.2.33:40000";

    internal static Decision Public(ReadOnlySpan<byte> datagram, string source = Source) => Of(StunPolicy.Public, datagram, source);

    internal static Decision Tailscale(ReadOnlySpan<byte> datagram, string source = Source) => Of(StunPolicy.TailscaleOnly, datagram, source);

    internal static Decision Of(StunPolicy policy, ReadOnlySpan<byte> datagram, string source) =>
        Of(policy, datagram, TransportAddress.From(IPEndPoint.Parse(source)));

    internal static Decision Of(StunPolicy policy, ReadOnlySpan<byte> datagram, TransportAddress source) =>
        Of(new StunStation { Policy = policy }, datagram, source, out _);

    internal static Decision Of(StunStation station, ReadOnlySpan<byte> datagram, TransportAddress source, out StunDelivery delivery)
    {
        // Larger than it need be, and filled: what is written beyond the answer's length shows.
        var answer = new byte[StunAnswer.MaxSize + 16];
        answer.AsSpan().Fill(0xEE);
        var disposition = StunAnswer.Decide(station, datagram, source, answer.AsSpan(0, StunAnswer.MaxSize), out delivery);
        var length = delivery.Length;
        Assert.True(answer.AsSpan(length).IndexOfAnyExcept((byte)0xEE) < 0, "bytes were written behind the answer");
        Check(disposition, datagram, answer.AsSpan(0, length), source, station);
        return new Decision(disposition, Hex.Text(answer.AsSpan(0, length)));
    }

    private static void Check(StunDisposition disposition, ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> answer, TransportAddress source, StunStation station)
    {
        var answers = disposition is StunDisposition.Success or StunDisposition.SuccessClassic or StunDisposition.UnknownAttribute420;
        Assert.Equal(answers, answer.Length > 0);
        if (!answers) return;

        Assert.Equal(0, answer.Length % 4);
        Assert.Equal(answer.Length - 20, (answer[2] << 8) | answer[3]);
        Assert.True(datagram[4..20].SequenceEqual(answer[4..20]), "the answer has another id");
        Assert.Equal(disposition == StunDisposition.UnknownAttribute420 ? 0x0111 : 0x0101, (answer[0] << 8) | answer[1]);
        // The worst that spec/stun.md 10 grants: 44 bytes for 20 over IPv6, 40 for 28 (or 32 for 20) over IPv4.
        // OTHER-ADDRESS, and RESPONSE-ORIGIN where it was asked for, add an address each: what ExcessBudget is for.
        var (most, least) = source.Family == StunAddressFamily.IPv6 ? (44, 20) : (32, 20);
        if (station.TellsAll) most += source.Family == StunAddressFamily.IPv6 ? 44 : 24;
        Assert.True(answer.Length * least <= datagram.Length * most, $"{answer.Length} bytes for {datagram.Length}");
    }
}
