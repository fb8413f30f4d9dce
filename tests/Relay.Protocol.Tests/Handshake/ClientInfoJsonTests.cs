using System.Text;
using Relay.Protocol.Handshake;

namespace Relay.Protocol.Tests.Handshake;

/// <summary>The reference's rules for the JSON in a ClientInfo (spec/derp.md 8.2).</summary>
public sealed class ClientInfoJsonTests
{
    private const string Mesh = "\"" + Boxes.MeshHex + "\"";

    [Theory]
    [InlineData("""{"version":2,"CanAckPings":true}""", 2, true, false, false)]
    [InlineData("""{"version":2,"CanAckPings":false,"IsProber":true}""", 2, false, true, false)]
    [InlineData("""{"meshKey":""" + Mesh + ""","version":2,"CanAckPings":false}""", 2, false, false, true)]
    [InlineData("{}", 0, false, false, false)]
    [InlineData("null", 0, false, false, false)]
    [InlineData(" \t\r\n null \n", 0, false, false, false)]
    [InlineData(" \n{ \"version\" : 2 }\r\n", 2, false, false, false)]
    [InlineData("""{"VERSION":3,"canackpings":true,"ISPROBER":true,"MESHKEY":""" + Mesh + "}", 3, true, true, true)]
    [InlineData("""{"version":1,"Version":2,"vErSiOn":3}""", 3, false, false, false)]
    [InlineData("""{"CanAckPings":true,"CanAckPings":false}""", 0, false, false, false)]
    [InlineData("""{"ver\u0073ion":4,"\u0049sProber":true}""", 4, false, true, false)]
    [InlineData("""{"version":5,"version":null,"CanAckPings":true,"CanAckPings":null}""", 5, true, false, false)]
    [InlineData("""{"other":[1,{"version":9},[[]]],"version":6,"more":{"IsProber":true}}""", 6, false, false, false)]
    [InlineData("""{"version":-7}""", -7, false, false, false)]
    [InlineData("""{"version":-0}""", 0, false, false, false)]
    [InlineData("""{"version":9223372036854775807}""", long.MaxValue, false, false, false)]
    [InlineData("""{"":1,"versions":1,"version ":1,"meshKe":""}""", 0, false, false, false)]
    public void TryRead_WhatTheReferenceAccepts_IsAccepted(string json, long version, bool canAckPings, bool isProber, bool mesh)
    {
        Assert.Equal(ClientInfoStatus.Ok, Boxes.ReadClientInfo(Known.Utf8(json), out var info));
        Assert.Equal((version, canAckPings, isProber), (info.Version, info.CanAckPings, info.IsProber));
        Assert.Equal(mesh ? Boxes.MeshHex : null, info.MeshKey?.RevealHex());
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"32b06da2\"")]
    [InlineData("\"" + Boxes.MeshHex + "00\"")]
    [InlineData("\" " + Boxes.MeshHex + "\"")]
    [InlineData("\"x2b06da2ec087bb31a0a702810f3516c2713ba2c3e881934d70a25f0594962cb\"")]
    public void TryRead_OfAnyOtherMeshKey_IsABadMeshKey(string value)
    {
        Assert.Equal(ClientInfoStatus.BadMeshKey, Boxes.ReadClientInfo(Known.Utf8($"{{\"meshKey\":{value}}}"), out _));
        Assert.Equal(ClientInfoStatus.BadMeshKey, Boxes.ReadClientInfo(Known.Utf8($"{{\"version\":2,\"meshkey\":{value},\"meshKey\":{Mesh}}}"), out var info));
        Assert.Equal(new ClientInfo(), info);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("[]")]
    [InlineData("[{}]")]
    [InlineData("2")]
    [InlineData("true")]
    [InlineData("\"version\"")]
    [InlineData("nul")]
    [InlineData("null null")]
    [InlineData("null}")]
    [InlineData("{}{}")]
    [InlineData("{} x")]
    [InlineData("{}\0")]
    [InlineData("\uFEFF{}")]
    [InlineData("{")]
    [InlineData("{\"version\"")]
    [InlineData("{\"version\":")]
    [InlineData("{\"version\":2")]
    [InlineData("{\"version\":2,")]
    [InlineData("{\"version\":2,}")]
    [InlineData("{version:2}")]
    [InlineData("{'version':2}")]
    [InlineData("{/**/}")]
    [InlineData("{\"version\":2.0}")]
    [InlineData("{\"version\":2e0}")]
    [InlineData("{\"version\":02}")]
    [InlineData("{\"version\":+2}")]
    [InlineData("{\"version\":\"2\"}")]
    [InlineData("{\"version\":true}")]
    [InlineData("{\"version\":[2]}")]
    [InlineData("{\"version\":{}}")]
    [InlineData("{\"version\":9223372036854775808}")]
    [InlineData("{\"version\":99999999999999999999999999999999999999}")]
    [InlineData("{\"CanAckPings\":1}")]
    [InlineData("{\"CanAckPings\":\"true\"}")]
    [InlineData("{\"IsProber\":[true]}")]
    [InlineData("{\"a\":\"\n\"}")]
    [InlineData("{\"a\":\"\\x\"}")]
    [InlineData("{\"\\ud800\":1}")]
    public void TryRead_OfAnythingElse_IsBadJson(string json) => CheckBad(Known.Utf8(json));

    [Theory]
    [InlineData("{\"CanAckPings\":true,\"meshKey\":" + Mesh + "} x")]
    [InlineData("{\"CanAckPings\":true,\"meshKey\":" + Mesh + ",\"version\":\"2\"}")]
    public void TryRead_OfAFaultAfterGoodMembers_LeavesNoneOfThem(string json) => CheckBad(Known.Utf8(json));

    [Fact]
    public void TryRead_OfInvalidUtf8InAName_IsBadJson() => CheckBad([.. "{\""u8, 0xC3, 0x28, 0xFF, .. "\":1}"u8]);

    [Fact]
    public void TryRead_OfInvalidUtf8InAMeshKey_IsRefused()
    {
        byte[] json = [.. "{\"meshKey\":\""u8, 0xFF, .. new byte[63].Select(_ => (byte)'a'), .. "\"}"u8];
        Assert.NotEqual(ClientInfoStatus.Ok, Boxes.ReadClientInfo(json, out _));
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void TryRead_OfDeepNesting_IsBadJson(char open)
    {
        var level = open == '[' ? "[" : "{\"a\":";
        CheckBad(Known.Utf8("{\"a\":" + string.Concat(Enumerable.Repeat(level, 40_000))));
        CheckBad(Known.Utf8(new string('[', 200_000)));
    }

    [Fact]
    public void TryRead_OfTheLargestText_IsRead()
    {
        const int Room = 262144 - 72;
        const string Tail = "\",\"version\":2}";
        var value = Known.Utf8("{\"other\":\"" + new string('x', Room - 10 - Tail.Length) + Tail);
        Assert.Equal(Room, value.Length);
        Assert.Equal(ClientInfoStatus.Ok, Boxes.ReadClientInfo(value, out var info));
        Assert.Equal(2, info.Version);

        var repeated = new StringBuilder("{");
        while (repeated.Length < Room - 40) repeated.Append("\"version\":1,");
        Assert.Equal(ClientInfoStatus.Ok, Boxes.ReadClientInfo(Known.Utf8(repeated.Append("\"version\":2}").ToString()), out info));
        Assert.Equal(2, info.Version);
    }

    private static void CheckBad(byte[] json)
    {
        Assert.Equal(ClientInfoStatus.BadJson, Boxes.ReadClientInfo(json, out var info));
        Assert.Equal(new ClientInfo(), info);
    }
}
