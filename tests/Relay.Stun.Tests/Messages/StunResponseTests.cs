using System.Text.Json;
using Relay.Stun.Messages;
using Relay.Stun.Tests.Support;
using Relay.Testing;
using static Relay.Stun.Messages.StunResponseStatus;

namespace Relay.Stun.Tests.Messages;

public sealed class StunResponseTests
{
    private const string Plain = "0001 9c40 c0000221"; // 192.0.2.33:40000
    private const string Xored = "0001 bd52 e112a663"; // the same

    [Theory]
    [InlineData("0101000c2112a4420102030405060708090a0b0c 0020 0008 0001 bd52 e112a663", "192.0.2.33:40000")]
    [InlineData("010100182112a4420102030405060708090a0b0c 0020 0014 0002 bd52 0113a9fa0102030405060708090a0b0d", "[2001:db8::1]:40000")]
    [InlineData("010100182112a4420102030405060708090a0b0c 0020 0014 0002 bd52 2112a442010203040506f8f7c90a092d", "192.0.2.33:40000")]
    [InlineData("0101000ca0a1a2a30102030405060708090a0b0c0001000800019c40c0000221", null)]
    public void Parse_TheSpecsVectors(string hex, string? address)
    {
        var status = StunResponse.Parse(Hex.Bytes(hex), out var response);
        Assert.Equal(address is null ? NotStun : Success, status);
        Assert.Equal(address ?? "", response.Address.ToString());
        if (address is not null) Assert.Equal(StunBuilder.Id, response.TransactionId.ToString());
    }

    [Fact]
    public void Parse_EveryRecordedResponse_GivesTheRecordedAddress()
    {
        var vectors = Vectors.Load("stun.json");
        var responses = vectors.GetProperty("responses").EnumerateArray().ToArray();
        Assert.NotEmpty(responses);
        foreach (JsonElement recorded in responses)
        {
            Assert.Equal(Success, StunResponse.Parse(recorded.Hex("hex"), out var response));
            Assert.Equal(recorded.Text("parsesAs"), response.Address.ToString());
            Assert.Equal(vectors.Text("txid"), response.TransactionId.ToString());
        }
    }

    [Fact]
    public void Parse_XorAndPlain_PrefersXor()
    {
        Check("192.0.2.33:40000", Response().Attribute(0x0020, Xored).Attribute(0x0001, "0001 0001 01020304"));
        Check("192.0.2.33:40000", Response().Attribute(0x0001, "0001 0001 01020304").Attribute(0x8020, Xored));
    }

    [Fact]
    public void Parse_SeveralXor_TakesTheLast() =>
        Check("192.0.2.33:40000", Response().Attribute(0x0020, "0001 0000 00000000").Attribute(0x8020, Xored).Software("other"));

    [Fact]
    public void Parse_PlainOnly_FallsBackToIt() => Check("192.0.2.33:40000", Response().Software("x").Attribute(0x0001, Plain));

    [Fact]
    public void Parse_AWrongFingerprint_DoesNotMind() => Check("192.0.2.33:40000", Response().Attribute(0x0020, Xored).Fingerprint(1));

    [Fact]
    public void Parse_BytesBehindTheMessage_AreCutOff() =>
        Check("192.0.2.33:40000", [.. Response().Attribute(0x0020, Xored).Build(), .. Hex.Bytes("0020 0008 0001")]);

    [Theory]
    [InlineData(0x0020, "")]
    [InlineData(0x0020, "0001 bd52 e112a6")]
    [InlineData(0x8020, "0003 bd52 e112a663")]
    [InlineData(0x0020, "0002 bd52 0113a9fa0102030405060708090a0b")]
    [InlineData(0x0001, "0000 9c40 c0000221")]
    [InlineData(0x0001, "0001 9c40 c000")]
    public void Parse_AMalformedAddress_FailsTheWholeResponse(int attribute, string value)
    {
        Check(Malformed, Response().Attribute(0x0020, Xored).Attribute(attribute, value).Build());
        Check(Malformed, Response().Attribute(attribute, value).Attribute(0x0020, Xored).Build());
    }

    [Fact]
    public void Parse_WithoutAddress_SaysSo()
    {
        Check(NoAddress, Response().Build());
        Check(NoAddress, Response().Software("nobody").Build());
    }

    [Theory]
    [InlineData("0001", BindingRequest)]
    [InlineData("0011", OtherMessage)]
    [InlineData("0103", OtherMessage)]
    [InlineData("4101", NotStun)]
    [InlineData("8101", NotStun)]
    public void Parse_AnotherMessage_IsNoResponse(string type, StunResponseStatus expected) =>
        Check(expected, Hex.Bytes(type + "00002112a442" + StunBuilder.Id));

    [Theory]
    [InlineData("0000 0414 756e6b", 420)]
    [InlineData("0000 0500", 500)]
    [InlineData("0000 0264", 0)]
    [InlineData("0000 04", 0)]
    public void Parse_AnErrorResponse_GivesCodeAndId(string value, int code)
    {
        var status = StunResponse.Parse(new StunBuilder(0x0111).Attribute(0x0009, value).Build(), out var response);
        Assert.Equal((Error, code, StunBuilder.Id), (status, response.ErrorCode, response.TransactionId.ToString()));
    }

    [Fact]
    public void Parse_EveryTruncation_IsRefused()
    {
        var whole = Response().Software("software").Attribute(0x0020, Xored).Build();
        for (var length = 0; length < whole.Length; length++)
            Check(length < 20 ? NotStun : Malformed, whole[..length]);
    }

    [Fact]
    public void Parse_EveryAttributeCutAtEveryLength_NeverThrows()
    {
        foreach (var whole in new[] { Response().Attribute(0x0020, Xored), Response().Attribute(0x0001, Plain), new StunBuilder(0x0111).Attribute(9, "00000414") })
        {
            var message = whole.Build();
            for (var length = 0; length <= message.Length - 20; length++)
            {
                message[3] = (byte)length;
                var status = StunResponse.Parse(message, out _);
                if (length < message.Length - 20) Assert.NotEqual(Success, status);
            }
        }
    }

    [Fact]
    public void Parse_EveryByteMutated_NeverThrows()
    {
        foreach (var whole in new[] { Response().Software("x").Attribute(0x0020, Xored).Fingerprint().Build(), new StunBuilder(0x0111).Attribute(9, "00000414").Build() })
        {
            for (var i = 0; i < whole.Length; i++)
            {
                for (var value = 0; value < 256; value++)
                {
                    var mutated = whole.ToArray();
                    mutated[i] = (byte)value;
                    var status = StunResponse.Parse(mutated, out var response);
                    Assert.Equal(status == Success, response.Address.Family != 0);
                }
            }
        }
    }

    private static StunBuilder Response() => new(0x0101);

    private static void Check(string address, StunBuilder message) => Check(address, message.Build());

    private static void Check(string address, byte[] message)
    {
        Assert.Equal(Success, StunResponse.Parse(message, out var response));
        Assert.Equal(address, response.Address.ToString());
    }

    private static void Check(StunResponseStatus expected, byte[] message) => Assert.Equal(expected, StunResponse.Parse(message, out _));
}
