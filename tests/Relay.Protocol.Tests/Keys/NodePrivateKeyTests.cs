using Relay.Crypto;
using Relay.Protocol.Keys;

namespace Relay.Protocol.Tests.Keys;

public sealed class NodePrivateKeyTests
{
    [Fact]
    public void Public_OfAKnownKey_IsTheKnownOne()
    {
        using var key = Known.RelayPrivate();
        Assert.Equal(Known.Relay, key.Public);
    }

    [Fact]
    public void TryParse_EveryTextForm_ReadsTheSameKey()
    {
        using var key = Known.RelayPrivate();
        Assert.Equal("privkey:" + Known.RelayPrivateHex, key.RevealText());
        Assert.Equal("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHl8=", key.RevealWireGuard());
        foreach (var text in new[] { key.RevealText(), "privkey:" + Known.RelayPrivateHex.ToUpperInvariant(), key.RevealWireGuard() })
        {
            using var read = NodePrivateKey.TryParse(text);
            Assert.Equal(key.RevealText(), read?.RevealText());
            Assert.Equal(Known.Relay, read?.Public);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("privkey:")]
    [InlineData(Known.RelayPrivateHex)]
    [InlineData("nodekey:" + Known.RelayPrivateHex)]
    [InlineData("PRIVKEY:" + Known.RelayPrivateHex)]
    [InlineData("privkey:" + Known.RelayPrivateHex + "\n")]
    [InlineData("privkey:" + Known.RelayPrivateHex + "00")]
    [InlineData("privkey:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHl9=")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHl8")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.Null(NodePrivateKey.TryParse(text));

    [Fact]
    public void FromBytes_OfAnUnclampedKey_KeepsItAsItIs()
    {
        var bytes = Enumerable.Repeat((byte)0xFF, NodeKey.Size).ToArray();
        using var key = NodePrivateKey.FromBytes(bytes);
        X25519.Clamp(bytes);
        using var clamped = NodePrivateKey.FromBytes(bytes);
        Assert.Equal("privkey:" + new string('f', 64), key.RevealText());
        Assert.Equal(clamped.Public, key.Public);
    }

    [Fact]
    public void FromBytes_OfAnotherLengthOrZero_Throws()
    {
        Assert.Throws<ArgumentException>(() => NodePrivateKey.FromBytes(new byte[31]));
        Assert.Throws<ArgumentException>(() => NodePrivateKey.FromBytes(new byte[33]));
        Assert.Throws<ArgumentException>(() => NodePrivateKey.FromBytes(new byte[32]));
    }

    [Fact]
    public void Generate_Twice_GivesDifferentKeysThatParse()
    {
        using var first = NodePrivateKey.Generate();
        using var second = NodePrivateKey.Generate();
        using var read = NodePrivateKey.TryParse(first.RevealText());
        Assert.NotEqual(first.Public, second.Public);
        Assert.Equal(first.Public, read?.Public);
    }

    [Fact]
    public void ToString_NeverShowsTheSecret()
    {
        using var key = Known.RelayPrivate();
        var text = key.ToString();
        Assert.Contains("[j0DFr]", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Known.RelayPrivateHex[..8], text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(key.RevealWireGuard()[..6], text, StringComparison.Ordinal);
    }

    [Fact]
    public void DeriveBox_WithTheZeroKey_IsRefused()
    {
        using var key = Known.RelayPrivate();
        Assert.Null(key.DeriveBox(default));
    }

    // A wiped key is a scalar that everybody knows: to go on with it would seal in the open.
    [Fact]
    public void EveryUse_AfterDispose_Throws()
    {
        var key = Known.RelayPrivate();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.DeriveBox(Known.Client));
        Assert.Throws<ObjectDisposedException>(key.RevealText);
        Assert.Throws<ObjectDisposedException>(key.RevealWireGuard);
        Assert.Equal(Known.Relay, key.Public);
        key.Dispose();
    }
}
