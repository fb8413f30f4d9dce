using Relay.Protocol.Keys;

namespace Relay.Protocol.Tests.Keys;

public sealed class NodeKeyTests
{
    private const string WireGuard = "j0DFrbaPJWJK5bIU6nZ6bslNgp09e14a0bpvPiE4KF8=";

    [Fact]
    public void TextForms_OfOneKey_AreTheDocumentedOnes()
    {
        Assert.Equal("nodekey:" + Known.RelayHex, Known.Relay.ToText());
        Assert.Equal(Known.RelayHex, Known.Relay.ToHex());
        Assert.Equal(WireGuard, Known.Relay.ToWireGuard());
        Assert.Equal("[j0DFr]", Known.Relay.ToString());
    }

    [Fact]
    public void TryParse_EitherCase_ReadsTheSameKey()
    {
        Assert.True(NodeKey.TryParse("nodekey:" + Known.RelayHex, out var lower));
        Assert.True(NodeKey.TryParse("nodekey:" + Known.RelayHex.ToUpperInvariant(), out var upper));
        Assert.True(NodeKey.TryParseHex(Known.RelayHex.ToUpperInvariant(), out var bare));
        Assert.True(NodeKey.TryParseWireGuard(WireGuard, out var wireGuard));
        Assert.Equal([Known.Relay, Known.Relay, Known.Relay, Known.Relay], [lower, upper, bare, wireGuard]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nodekey:")]
    [InlineData(Known.RelayHex)]
    [InlineData("NODEKEY:" + Known.RelayHex)]
    [InlineData("privkey:" + Known.RelayHex)]
    [InlineData("nodekey" + Known.RelayHex)]
    [InlineData(" nodekey:" + Known.RelayHex)]
    [InlineData("nodekey:" + Known.RelayHex + " ")]
    [InlineData("nodekey:" + Known.RelayHex + "\n")]
    [InlineData("nodekey:" + Known.RelayHex + "00")]
    [InlineData("nodekey:" + Known.RelayHex + "0")]
    [InlineData("nodekey: f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f")]
    [InlineData("nodekey:0xf40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285")]
    [InlineData("nodekey:8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285")]
    [InlineData("nodekey:gf40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f")]
    [InlineData("nodekey:８f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f")]
    public void TryParse_AnythingElse_IsRefused(string text)
    {
        Assert.False(NodeKey.TryParse(text, out var key));
        Assert.True(key.IsZero);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nodekey:" + Known.RelayHex)]
    [InlineData(Known.RelayHex + "0")]
    [InlineData("0x" + Known.RelayHex)]
    public void TryParseHex_AnythingButItsDigits_IsRefused(string text) => Assert.False(NodeKey.TryParseHex(text, out _));

    [Theory]
    [InlineData("")]
    [InlineData("j0DFrbaPJWJK5bIU6nZ6bslNgp09e14a0bpvPiE4KF8")]
    [InlineData("j0DFrbaPJWJK5bIU6nZ6bslNgp09e14a0bpvPiE4KF8=\n")]
    [InlineData(" 0DFrbaPJWJK5bIU6nZ6bslNgp09e14a0bpvPiE4KF8=")]
    [InlineData("j0DFrbaPJWJK5bIU6nZ6bslNgp09e14a0bpvPiE4KF==")]
    [InlineData("j0DFrbaPJWJK5bIU6nZ6bslNgp09e14a0bpvPiE4KF88")]
    [InlineData("j0DFrbaPJWJK5bIU6nZ6bslNgp09e14a0bpvPiE4K_8=")]
    [InlineData("j0DFrbaPJWJK5bIU6nZ6bslNgp09e14a0bpvPiE4KF9=")]
    [InlineData("j0DFrbaPJWJK5bIU6nZ6bslNgp09e14a0bpvPiE4KF+=")]
    public void TryParseWireGuard_AnythingButTheOneText_IsRefused(string text) => Assert.False(NodeKey.TryParseWireGuard(text, out _));

    [Fact]
    public void TryParseWireGuard_WhatIsWritten_ComesBack()
    {
        var random = new Random(1);
        var bytes = new byte[NodeKey.Size];
        for (var i = 0; i < 500; i++)
        {
            random.NextBytes(bytes);
            var key = new NodeKey(bytes);
            Assert.True(NodeKey.TryParseWireGuard(key.ToWireGuard(), out var read), key.ToWireGuard());
            Assert.Equal(key, read);
        }
    }

    [Fact]
    public void ZeroKey_IsKnownAsSuchAndPrintsNothing()
    {
        Assert.True(default(NodeKey).IsZero);
        Assert.Equal("", default(NodeKey).ToString());
        for (var i = 0; i < NodeKey.Size; i++)
        {
            var bytes = new byte[NodeKey.Size];
            bytes[i] = 1;
            Assert.False(new NodeKey(bytes).IsZero);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Constructor_WithAnotherLength_Throws(int length) => Assert.Throws<ArgumentException>(() => new NodeKey(new byte[length]));

    [Fact]
    public void Equality_DependsOnEveryByte()
    {
        var bytes = Convert.FromHexString(Known.RelayHex);
        var same = new NodeKey(bytes);
        Assert.True(same == Known.Relay && same.Equals(Known.Relay) && same.Equals((object)Known.Relay) && same.Equals(bytes));
        Assert.Equal(same.GetHashCode(), Known.Relay.GetHashCode());
        Assert.Equal(0, NodeKey.Compare(same, Known.Relay));
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i]++;
            var other = new NodeKey(bytes);
            Assert.True(other != same && !other.Equals(same) && !same.Equals(bytes), $"byte {i}");
            Assert.NotEqual(other.GetHashCode(), same.GetHashCode());
            Assert.NotEqual(0, NodeKey.Compare(same, other));
            bytes[i]--;
        }
    }

    [Fact]
    public void Compare_OrdersByBytesFromTheFirst()
    {
        var keys = new[] { Known.Key("ff" + new string('0', 62)), Known.Key(new string('0', 62) + "ff"), Known.Key("01" + new string('f', 62)) };
        Array.Sort(keys, NodeKey.Compare);
        Assert.Equal(["00", "01", "ff"], keys.Select(key => key.ToHex()[..2]));
    }

    [Fact]
    public void CopyTo_WritesThe32Bytes()
    {
        var bytes = new byte[40];
        Known.Relay.CopyTo(bytes.AsSpan(4));
        Assert.Equal("00000000" + Known.RelayHex + "00000000", Convert.ToHexStringLower(bytes));
        Assert.Throws<ArgumentException>(() => Known.Relay.CopyTo(new byte[31]));
    }
}
