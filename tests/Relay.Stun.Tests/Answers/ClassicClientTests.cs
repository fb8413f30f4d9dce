using Relay.Stun.Tests.Support;
using static Relay.Stun.Answers.StunDisposition;

namespace Relay.Stun.Tests.Answers;

/// <summary>RFC 3489: no magic cookie (spec/stun.md 9).</summary>
public sealed class ClassicClientTests
{
    private const string CookieAndId = "a0a1a2a3" + StunBuilder.Id;
    private const string Answer = "0101000ca0a1a2a30102030405060708090a0b0c0001000800019c40c0000221";

    [Fact]
    public void BareRequest_GetsThePlainAddress() => Assert.Equal(
        new Decision(SuccessClassic, Answer), Decision.Public(Hex.Bytes("00010000a0a1a2a30102030405060708090a0b0c")));

    [Fact]
    public void RequestOverIPv6_GetsThePlainAddress() => Assert.Equal(
        new Decision(SuccessClassic, "01010018" + CookieAndId + "000100140002" + "9c40" + "20010db8000000000000000000000001"),
        Decision.Public(Request().Build(), "[2001:db8::1]:40000"));

    [Theory]
    [InlineData(0x0003, "00000000")]
    [InlineData(0x0006, "01020304")]
    [InlineData(0x000B, "0001000101020304")]
    [InlineData(0x8028, "00000000")]
    [InlineData(0xFFFF, "")]
    public void AttributesWithoutMeaning_AreIgnored(int attribute, string value) =>
        Assert.Equal(new Decision(SuccessClassic, Answer), Decision.Public(Request().Attribute(attribute, value).Build()));

    [Theory]
    [InlineData(0x0003, "00000002")]
    [InlineData(0x0003, "00000004")]
    [InlineData(0x0003, "00000006")]
    [InlineData(0x0003, "")]
    [InlineData(0x0002, "0001000101020304")]
    [InlineData(0x000C, "")]
    [InlineData(0x0020, "")]
    [InlineData(0x7FFF, "")]
    public void WhatAsksForMore_GetsA420(int attribute, string value) => Assert.Equal(
        new Decision(UnknownAttribute420, $"01110010{CookieAndId}0009000400000414000a0002{attribute:x4}0000"),
        Decision.Public(Request().Attribute(attribute, value).Build()));

    [Fact]
    public void AttributesThatDoNotFit_AreDropped() =>
        Assert.Equal(new Decision(NotStun, ""), Decision.Public([.. Hex.Bytes("00010004" + CookieAndId), 0, 3, 0, 4]));

    [Fact]
    public void TailscaleOnly_DropsThem() => Assert.Equal(new Decision(NotStun, ""), Decision.Tailscale(Request().Build()));

    private static StunBuilder Request() => new(0x0001, CookieAndId);
}
