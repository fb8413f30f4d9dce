using Relay.Crypto;

namespace Relay.Protocol.Tests.Crypto;

public sealed class X25519Tests
{
    // RFC 7748, section 6.1; not clamped.
    private const string BobPrivate = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb";
    private const string BobPublic = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";

    [Theory]
    [InlineData(BobPrivate)]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    public void Clamp_AnyBytes_SetsTheBitsOfRfc7748AndNoOthers(string hex)
    {
        var key = Convert.FromHexString(hex);
        var clamped = (byte[])key.Clone();
        X25519.Clamp(clamped);
        Assert.Equal(key[0] & 0xF8, clamped[0]);
        Assert.Equal((key[31] & 0x3F) | 0x40, clamped[31]);
        Assert.Equal(key[1..31], clamped[1..31]);
    }

    [Theory]
    [InlineData(BobPrivate, BobPublic)]
    [InlineData(Known.RelayPrivateHex, Known.RelayHex)]
    [InlineData(Known.ClientPrivateHex, Known.ClientHex)]
    public void PublicKey_OfAKnownKey_IsTheKnownOne(string privateHex, string publicHex)
    {
        var publicKey = new byte[X25519.KeySize];
        X25519.PublicKey(Convert.FromHexString(privateHex), publicKey);
        Assert.Equal(publicHex, Convert.ToHexStringLower(publicKey));
    }

    [Fact]
    public void PublicKey_OfAnUnclampedKey_IsThatOfTheClampedOne()
    {
        var key = Convert.FromHexString(BobPrivate);
        var (plain, clamped) = (new byte[32], new byte[32]);
        X25519.PublicKey(key, plain);
        X25519.Clamp(key);
        X25519.PublicKey(key, clamped);
        Assert.Equal(clamped, plain);
    }

    [Fact]
    public void Generate_Twice_GivesTwoClampedKeys()
    {
        var (first, second) = (new byte[32], new byte[32]);
        X25519.Generate(first);
        X25519.Generate(second);
        var again = (byte[])first.Clone();
        X25519.Clamp(again);
        Assert.Equal(again, first);
        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void EveryMethod_WithAnotherLength_Throws(int length)
    {
        var (wrong, right) = (new byte[length], new byte[32]);
        Assert.Throws<ArgumentException>(() => X25519.Generate(wrong));
        Assert.Throws<ArgumentException>(() => X25519.Clamp(wrong));
        Assert.Throws<ArgumentException>(() => X25519.PublicKey(wrong, right));
        Assert.Throws<ArgumentException>(() => X25519.PublicKey(right, wrong));
    }
}
