using Relay.Stun.Tests.Support;
using static Relay.Stun.Answers.StunDisposition;

namespace Relay.Stun.Tests.Answers;

/// <summary>The table of spec/stun.md 7, row by row, and the vectors of 3.3 and 8.</summary>
public sealed class PublicPolicyTests
{
    private const string Bare = "000100002112a442" + StunBuilder.Id;
    private const string AnswerIPv4 = "0101000c2112a4420102030405060708090a0b0c002000080001bd52e112a663";
    private const string AnswerIPv6 = "010100182112a4420102030405060708090a0b0c002000140002bd520113a9fa0102030405060708090a0b0d";

    [Theory]
    [InlineData("192.0.2.33:40000", AnswerIPv4)]
    [InlineData("[2001:db8::1]:40000", AnswerIPv6)]
    [InlineData("[::ffff:192.0.2.33]:40000", AnswerIPv4)]
    public void BareRequest_GetsItsAddress(string source, string answer) =>
        Assert.Equal(new Decision(Success, answer), Decision.Public(Hex.Bytes(Bare), source));

    [Fact]
    public void RequestWithFingerprint_GetsOneBack() => Assert.Equal(
        new Decision(Success, "010100142112a4420102030405060708090a0b0c002000080001bd52e112a66380280004b7f32242"),
        Decision.Public(new StunBuilder().Fingerprint().Build()));

    [Theory]
    [InlineData("192.0.2.33:40000", AnswerIPv4)]
    [InlineData("[2001:db8::1]:40000", AnswerIPv6)]
    public void TailscaleRequest_GetsTheReferencesBytes(string source, string answer) =>
        Assert.Equal(new Decision(Success, answer), Decision.Public(new StunBuilder().Software("tailnode").Fingerprint().Build(), source));

    [Fact]
    public void Row1_ShortOrTopBits_IsDropped()
    {
        var bare = Hex.Bytes(Bare);
        for (var length = 0; length < 20; length++) Dropped(NotStun, bare[..length]);
        foreach (var first in new byte[] { 0x40, 0x80, 0xC0 }) Dropped(NotStun, [first, .. bare[1..]]);
    }

    [Theory]
    [InlineData("0001 0002 2112a442" + StunBuilder.Id + "0000")]
    [InlineData("0001 0004 2112a442" + StunBuilder.Id)]
    [InlineData("0001 0000 2112a442" + StunBuilder.Id + "80220000")]
    [InlineData("0001 fffc 2112a442" + StunBuilder.Id + "80220000")]
    public void Row2_LengthThatIsNotTheDatagrams_IsDropped(string hex) => Dropped(NotStun, Hex.Bytes(hex));

    [Theory]
    [InlineData("0101")]
    [InlineData("0011")]
    [InlineData("0003")]
    public void Row3_NoCookieAndNotARequest_IsDropped(string type) => Dropped(NotStun, Hex.Bytes(type + "0000a0a1a2a3" + StunBuilder.Id));

    [Theory]
    [InlineData(0x0101)]
    [InlineData(0x0111)]
    [InlineData(0x0103)]
    [InlineData(0x3FFF)]
    public void Row4_Response_IsDropped(int type) => Dropped(ResponseDropped, new StunBuilder(type).Build());

    [Theory]
    [InlineData(0x0000)]
    [InlineData(0x0002)]
    [InlineData(0x0003)]
    [InlineData(0x0013)]
    [InlineData(0x0021)]
    [InlineData(0x0201)]
    public void Row5_AnotherMethod_IsDropped(int type) => Dropped(NotStun, new StunBuilder(type).Build());

    [Theory]
    [InlineData("8022 0001")]
    [InlineData("8022 0005 00000000")]
    [InlineData("8022 ffff 00000000")]
    [InlineData("8022 fffd 00000000")]
    [InlineData("0003 0008 00000000")]
    public void Row6_AttributesThatDoNotFit_AreDropped(string attributes)
    {
        var bytes = Hex.Bytes(attributes);
        Dropped(NotStun, [.. Hex.Bytes($"0001{bytes.Length:x4}2112a442" + StunBuilder.Id), .. bytes]);
    }

    [Fact]
    public void Row7_FingerprintWrongOrMisplaced_IsDropped()
    {
        Dropped(BadFingerprint, new StunBuilder().Fingerprint(1).Build());
        Dropped(BadFingerprint, new StunBuilder().Fingerprint().Software("x").Build());
        Dropped(BadFingerprint, new StunBuilder().Fingerprint().Fingerprint().Build());
        Dropped(BadFingerprint, new StunBuilder().Attribute(0x8028, "").Build());
        Dropped(BadFingerprint, new StunBuilder().Attribute(0x8028, "00112233 44").Build());
        Dropped(BadFingerprint, new StunBuilder(0x0011).Fingerprint(1).Build());
        Dropped(BadFingerprint, new StunBuilder().Attribute(0x0003, "00000000").Fingerprint(0x80).Build());
    }

    [Fact]
    public void Row8_Indication_IsCountedOnly()
    {
        Dropped(Indication, Hex.Bytes("001100002112a4420102030405060708090a0b0c"));
        Dropped(Indication, new StunBuilder(0x0011).Attribute(0x0003, "00000006").Fingerprint().Build());
    }

    [Fact]
    public void Row9_ChangeRequest_GetsTheSpecs420() => Assert.Equal(
        new Decision(UnknownAttribute420, "011100102112a4420102030405060708090a0b0c0009000400000414000a000200030000"),
        Decision.Public(Hex.Bytes("000100082112a4420102030405060708090a0b0c0003000400000006")));

    [Theory]
    [InlineData(0x0000), InlineData(0x0002), InlineData(0x0003), InlineData(0x0004), InlineData(0x0005), InlineData(0x0007)]
    [InlineData(0x000B), InlineData(0x0024), InlineData(0x0025), InlineData(0x0026), InlineData(0x0027), InlineData(0x7FFF)]
    public void Row9_AnAttributeThatMustBeUnderstood_IsListed(int attribute) => Assert.Equal(
        new Decision(UnknownAttribute420, $"011100102112a4420102030405060708090a0b0c0009000400000414000a0002{attribute:x4}0000"),
        Decision.Public(new StunBuilder().Software("x").Attribute(attribute).Build()));

    [Fact]
    public void Row9_SeveralUnknown_AreListedOnceInOrder() => Assert.Equal(
        new Decision(UnknownAttribute420, "011100142112a4420102030405060708090a0b0c0009000400000414000a000600260003777700" + "00"),
        Decision.Public(new StunBuilder().Attribute(0x26, "01").Attribute(3, "00000000").Attribute(0x26).Attribute(0x7777).Build()));

    [Fact]
    public void Row9_ManyUnknown_AreCappedAtSixteen()
    {
        var request = new StunBuilder();
        for (var i = 0; i < 100; i++) request.Attribute(0x4000 + i);
        var answer = Hex.Bytes(Decision.Public(request.Build()).Answer);
        Assert.Equal(20 + 8 + 4 + 32, answer.Length);
        Assert.Equal(0x400F, (answer[^2] << 8) | answer[^1]);
    }

    [Fact]
    public void Row9_WithFingerprint_GetsOneBack()
    {
        var expected = new StunBuilder(0x0111).Attribute(9, "00000414").Attribute(10, "0003").Fingerprint().Build();
        Assert.Equal(
            new Decision(UnknownAttribute420, Hex.Text(expected)), Decision.Public(new StunBuilder().Attribute(3, "00000006").Fingerprint().Build()));
    }

    [Theory]
    [InlineData(0x0001), InlineData(0x0006), InlineData(0x0008), InlineData(0x0009), InlineData(0x000A), InlineData(0x0014)]
    [InlineData(0x0015), InlineData(0x001C), InlineData(0x001D), InlineData(0x001E), InlineData(0x0020)]
    [InlineData(0x8000), InlineData(0x8022), InlineData(0x8023), InlineData(0x802B), InlineData(0xC057), InlineData(0xFFFF)]
    public void Row10_KnownOrOptionalAttributes_AreIgnored(int attribute) =>
        Assert.Equal(new Decision(Success, AnswerIPv4), Decision.Public(new StunBuilder().Attribute(attribute, "0102030405").Build()));

    [Theory]
    [InlineData(0x0008)]
    [InlineData(0x001C)]
    public void Row10_WhatFollowsTheIntegrityCheck_IsIgnored(int integrity) => Assert.Equal(
        Success, Decision.Public(new StunBuilder().Attribute(integrity, new byte[20]).Attribute(0x0003).Fingerprint().Build()).Disposition);

    [Fact]
    public void LongestRequest_IsAnswered_AndOneByteMoreIsNot()
    {
        Assert.Equal(Success, Decision.Public(new StunBuilder().Attribute(0x8022, new byte[1500 - 24]).Build()).Disposition);
        Dropped(NotStun, new StunBuilder().Attribute(0x8022, new byte[1500 - 24 + 1]).Build());
    }

    private static void Dropped(Stun.Answers.StunDisposition expected, byte[] datagram) =>
        Assert.Equal(new Decision(expected, ""), Decision.Public(datagram));
}
