using Relay.Protocol.Keys;

namespace Relay.Protocol.Tests.Keys;

public sealed class MeshKeyTests
{
    private const string Hex = "32b06da2ec087bb31a0a702810f3516c2713ba2c3e881934d70a25f0594962cb";

    [Fact]
    public void Grants_TheSameKeyInEitherCase()
    {
        var key = MeshKey.TryParse(Hex)!;
        Assert.True(key.Grants(MeshKey.TryParse(Hex.ToUpperInvariant())));
        Assert.Equal(Hex, key.RevealHex());
    }

    [Fact]
    public void Grants_NothingThatDiffersInOneBit()
    {
        var key = MeshKey.TryParse(Hex)!;
        for (var bit = 0; bit < 256; bit++)
        {
            var bytes = Convert.FromHexString(Hex);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(key.Grants(MeshKey.TryParse(Convert.ToHexStringLower(bytes))), $"bit {bit}");
        }
    }

    [Fact]
    public void Grants_NothingForNullOrTheZeroKey()
    {
        var zero = MeshKey.TryParse(new string('0', 64))!;
        Assert.False(MeshKey.TryParse(Hex)!.Grants(null));
        Assert.False(zero.Grants(zero));
    }

    [Theory]
    [InlineData("")]
    [InlineData(Hex + "0")]
    [InlineData(Hex + "\n")]
    [InlineData(" " + Hex)]
    [InlineData("3")]
    [InlineData("x2b06da2ec087bb31a0a702810f3516c2713ba2c3e881934d70a25f0594962cb")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.Null(MeshKey.TryParse(text));

    [Fact]
    public void ToString_NeverShowsTheSecret() => Assert.Equal("MeshKey(redacted)", MeshKey.TryParse(Hex)!.ToString());

    [Fact]
    public void ToString_OfAClientInfoThatHoldsOne_DoesNotEither()
    {
        var info = new Relay.Protocol.Handshake.ClientInfo { MeshKey = MeshKey.TryParse(Hex) };
        Assert.DoesNotContain(Hex[..8], info.ToString(), StringComparison.OrdinalIgnoreCase);
    }
}
