using System.Net;
using Relay.Stun.Answers;
using Relay.Stun.Messages;
using Relay.Stun.Tests.Support;
using static Relay.Stun.Answers.StunDisposition;

namespace Relay.Stun.Tests.Answers;

/// <summary>RFC 5780: a server with two addresses and two ports says so, and answers from where a client wishes.</summary>
public sealed class BehaviourTests
{
    private const string Mapped = "002000080001bd52e112a663";
    private const string Other = "802c000800010d97c6336402";

    private static readonly StunStation Full = new()
    {
        Own = At("198.51.100.1:3478"),
        Other = At("198.51.100.2:3479"),
        Origins = StunOrigin.OtherAddress | StunOrigin.OtherPort,
    };

    private static readonly StunStation TwoPorts = new() { Origins = StunOrigin.OtherPort };

    [Fact]
    public void BareRequest_IsToldOfTheOtherAddress() => Assert.Equal(
        new Decision(Success, Answer(Mapped + Other)), Decide(Full, new StunBuilder().Build(), out _));

    [Fact]
    public void TailscaleRequest_GetsTheReferencesBytes() => Assert.Equal(
        new Decision(Success, Answer(Mapped)), Decide(Full, new StunBuilder().Software("tailnode").Fingerprint().Build(), out _));

    [Theory]
    [InlineData("00000000", StunOrigin.Same, "802b000800010d96c6336401")]
    [InlineData("00000002", StunOrigin.OtherPort, "802b000800010d97c6336401")]
    [InlineData("00000004", StunOrigin.OtherAddress, "802b000800010d96c6336402")]
    [InlineData("00000006", StunOrigin.OtherAddress | StunOrigin.OtherPort, "802b000800010d97c6336402")]
    public void ChangeRequest_IsAnsweredFromThereAndSaysSo(string flags, StunOrigin from, string origin)
    {
        Assert.Equal(
            new Decision(Success, Answer(Mapped + origin + Other)), Decide(Full, new StunBuilder().Attribute(3, flags).Build(), out var delivery));
        Assert.Equal((from, 0), (delivery.From, delivery.Port));
    }

    [Theory]
    [InlineData("00000001")]
    [InlineData("00000008")]
    [InlineData("80000002")]
    [InlineData("")]
    [InlineData("0000000200000000")]
    public void ChangeRequest_ThatMeansNothing_Is420(string value) => Is420(Full, 3, value);

    [Fact]
    public void SecondPortAlone_ServesThatWishAndNoOther()
    {
        Assert.Equal(
            new Decision(Success, Answer(Mapped)), Decide(TwoPorts, new StunBuilder().Attribute(3, "00000002").Build(), out var delivery));
        Assert.Equal(StunOrigin.OtherPort, delivery.From);
        Is420(TwoPorts, 3, "00000004");
        Is420(TwoPorts, 3, "00000006");
        Is420(TwoPorts, 0x27, "9c410000");
    }

    [Theory]
    [InlineData("9c410000", 40001)]
    [InlineData("9c41", 40001)]
    [InlineData("04000000", 1024)]
    public void ResponsePort_LeadsToThatPortOfWhoAsked(string value, int port)
    {
        Assert.Equal(Success, Decide(Full, new StunBuilder().Attribute(0x27, value).Build(), out var delivery).Disposition);
        Assert.Equal((StunOrigin.Same, port), (delivery.From, delivery.Port));
    }

    // 53: what serves there is nobody's client.
    [Theory]
    [InlineData("00350000")]
    [InlineData("00000000")]
    [InlineData("03ff0000")]
    [InlineData("")]
    [InlineData("9c4100000000")]
    public void ResponsePort_OfAServiceOrMalformed_Is420(string value) => Is420(Full, 0x27, value);

    [Fact]
    public void Padding_Is420() => Is420(Full, 0x26, "00000000");

    [Fact]
    public void WishesWithoutTheMeans_Are420()
    {
        foreach (var value in new[] { "00000000", "00000002", "00000006" }) Is420(new StunStation(), 3, value);
        Is420(new StunStation(), 0x27, "9c410000");
    }

    [Fact]
    public void ClassicRequest_WithAWish_Is420() => Assert.Equal(
        UnknownAttribute420, Decide(Full, new StunBuilder(1, "a0a1a2a3" + StunBuilder.Id).Attribute(3, "00000006").Build(), out _).Disposition);

    [Fact]
    public void Rfc8489Policy_AnswersAllButClassicRequests()
    {
        var station = new StunStation { Policy = StunPolicy.Rfc8489 };
        Assert.Equal(Success, Decide(station, new StunBuilder().Build(), out _).Disposition);
        Assert.Equal(NotStun, Decide(station, new StunBuilder(1, "a0a1a2a3" + StunBuilder.Id).Build(), out _).Disposition);
    }

    [Fact]
    public void LargestAnswer_FitsItsRoom()
    {
        var station = new StunStation { Own = At("[2001:db8::1]:3478"), Other = At("[2001:db8::2]:3479"), Origins = Full.Origins };
        var request = new StunBuilder().Attribute(3, "00000006").Fingerprint().Build();
        var decision = Decision.Of(station, request, At("[2001:db8::9]:40000"), out var delivery);
        Assert.Equal((Success, StunAnswer.MaxSize), (decision.Disposition, delivery.Length));
    }

    [Fact]
    public void EveryByteMutated_StaysInBounds()
    {
        var whole = new StunBuilder().Attribute(3, "00000006").Attribute(0x27, "9c410000").Fingerprint().Build();
        for (var i = 0; i < whole.Length; i++)
        {
            var original = whole[i];
            for (var value = 0; value < 256; value++)
            {
                whole[i] = (byte)value;
                Decide(Full, whole, out _);
                Decide(TwoPorts, whole, out _);
            }

            whole[i] = original;
        }
    }

    [Fact]
    public void Client_AsksForAWay_AndReadsTheOtherAddress()
    {
        Span<byte> request = stackalloc byte[StunRequest.ChangeSize];
        StunRequest.WriteChange(request, new StunTransactionId(Hex.Bytes(StunBuilder.Id)), StunOrigin.OtherAddress | StunOrigin.OtherPort);
        Assert.Equal("000100082112a442" + StunBuilder.Id + "0003000400000006", Hex.Text(request));
        var answer = Hex.Bytes(Decide(Full, request, out _).Answer);
        Assert.Equal(StunResponseStatus.Success, StunResponse.Parse(answer, out var response));
        Assert.Equal((At(Decision.Source), Full.Other), (response.Address, response.OtherAddress));
    }

    [Fact]
    public void OtherAddress_ThatIsMalformed_IsAsIfItWereNotThere()
    {
        var answer = new StunBuilder(0x0101).Attribute(0x20, "0001bd52e112a663").Attribute(0x802c, "0009").Build();
        Assert.Equal(StunResponseStatus.Success, StunResponse.Parse(answer, out var response));
        Assert.Equal(default, response.OtherAddress);
    }

    private static void Is420(StunStation station, int attribute, string value)
    {
        var decision = Decide(station, new StunBuilder().Attribute(attribute, value).Build(), out var delivery);
        Assert.Equal((UnknownAttribute420, StunOrigin.Same, 0), (decision.Disposition, delivery.From, delivery.Port));
    }

    private static Decision Decide(StunStation station, ReadOnlySpan<byte> request, out StunDelivery delivery) =>
        Decision.Of(station, request, At(Decision.Source), out delivery);

    private static TransportAddress At(string text) => TransportAddress.From(IPEndPoint.Parse(text));

    private static string Answer(string attributes) => $"0101{attributes.Length / 2:x4}2112a442{StunBuilder.Id}{attributes}";
}
