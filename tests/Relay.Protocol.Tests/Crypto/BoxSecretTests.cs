using Relay.Crypto;

namespace Relay.Protocol.Tests.Crypto;

public sealed class BoxSecretTests
{
    private static readonly byte[] Nonce = [.. Enumerable.Range(1, BoxSecret.NonceSize).Select(i => (byte)i)];

    // The points of order 1, 2, 4 and 8 on the curve and its twist, with the encodings above the prime that mean the same.
    public static TheoryData<string> LowOrderPoints { get; } =
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ];

    [Theory]
    [MemberData(nameof(LowOrderPoints))]
    public void Derive_WithAPointOfLowOrder_IsRefused(string point)
    {
        Assert.Null(BoxSecret.Derive(Convert.FromHexString(Known.RelayPrivateHex), Convert.FromHexString(point)));
    }

    // Bernstein, "Cryptography in NaCl", section 10, from Bob's side.
    [Fact]
    public void Seal_TheExampleOfTheNaClPaper_GivesItsBytes()
    {
        var bob = Known.Bytes("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        var alicePublic = Known.Bytes("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
        var nonce = Known.Bytes("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");
        var message = Known.Bytes(
            "be075fc53c81f2d5cf141316ebeb0c7b 5228c52a4c62cbd44b66849b64244ffc e5ecbaaf33bd751a1ac728d45e6c6129"
            + "6cdc3c01233561f41db66cce314adb31 0e3be8250c46f06dceea3a7fa1348057 e2f6556ad6b1318a024a838f21af1fde"
            + "048977eb48f59ffd4924ca1c60902e52 f0a089bc76897040e082f93776384864 5e0705");
        var expected = Known.Bytes(
            "f3ffc7703f9400e52a7dfb4b3d3305d9 8e993b9f48681273c29650ba32fc76ce 48332ea7164d96a4476fb8c531a1186a"
            + "c0dfc17c98dce87b4da7f011ec48c972 71d2c20f9b928fe2270d6fb863d51738 b48eeee314a7cc8ab932164548e526ae"
            + "90224368517acfeabd6bb3732bc0e9da 99832b61ca01b6de56244a9e88d5f9b3 7973f622a43d14a6599b1f654cb45a74 e355a5");
        using var secret = BoxSecret.Derive(bob, alicePublic)!;
        var box = new byte[message.Length + BoxSecret.TagSize];
        secret.Seal(message, nonce, box);
        Assert.Equal(expected, box);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(262_144)]
    public void TryOpen_WhatTheOtherSideSealed_GivesItBack(int length)
    {
        using var relay = Relay();
        using var client = Client();
        var message = new byte[length];
        new Random(length).NextBytes(message);
        var box = Seal(relay, message);
        var opened = new byte[length];
        Assert.True(client.TryOpen(box, Nonce, opened));
        Assert.Equal(message, opened);
    }

    [Fact]
    public void TryOpen_WithAnyBitChanged_Fails()
    {
        using var relay = Relay();
        using var client = Client();
        var box = Seal(relay, Known.Hello);
        var opened = new byte[Known.Hello.Length];
        for (var bit = 0; bit < box.Length * 8; bit++)
        {
            box[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(client.TryOpen(box, Nonce, opened), $"bit {bit}");
            box[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.True(client.TryOpen(box, Nonce, opened));
    }

    [Fact]
    public void TryOpen_WithAnotherNonceOrKey_Fails()
    {
        using var relay = Relay();
        using var client = Client();
        using var stranger = BoxSecret.Derive(Convert.FromHexString(Known.ClientPrivateHex), Convert.FromHexString(Known.ClientHex))!;
        var box = Seal(relay, Known.Hello);
        var opened = new byte[Known.Hello.Length];
        Assert.False(client.TryOpen(box, new byte[BoxSecret.NonceSize], opened));
        Assert.False(stranger.TryOpen(box, Nonce, opened));
    }

    [Fact]
    public void TryOpen_OfLessThanATag_Fails()
    {
        using var client = Client();
        for (var length = 0; length < BoxSecret.TagSize; length++) Assert.False(client.TryOpen(new byte[length], Nonce, []));
    }

    [Fact]
    public void EveryMethod_WithAnotherLength_Throws()
    {
        using var relay = Relay();
        Assert.Throws<ArgumentException>(() => BoxSecret.Derive(new byte[31], new byte[32]));
        Assert.Throws<ArgumentException>(() => BoxSecret.Derive(new byte[32], new byte[33]));
        Assert.Throws<ArgumentException>(() => relay.Seal(new byte[5], Nonce, new byte[20]));
        Assert.Throws<ArgumentException>(() => relay.Seal(new byte[5], new byte[23], new byte[21]));
        Assert.Throws<ArgumentException>(() => relay.TryOpen(new byte[21], new byte[25], new byte[5]));
        Assert.Throws<ArgumentException>(() => relay.TryOpen(new byte[21], Nonce, new byte[6]));
    }

    [Fact]
    public void EveryMethod_AfterDispose_RefusesToUseTheWipedSecret()
    {
        var relay = Relay();
        relay.Dispose();
        Assert.Throws<ObjectDisposedException>(() => relay.Seal(new byte[5], Nonce, new byte[21]));
        Assert.Throws<ObjectDisposedException>(() => relay.TryOpen(new byte[21], Nonce, new byte[5]));
    }

    [Fact]
    public async Task TryOpen_OnSeveralThreads_WorksOnEach()
    {
        using var relay = Relay();
        using var client = Client();
        var box = Seal(relay, Known.Hello);
        var work = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var opened = new byte[Known.Hello.Length];
            for (var i = 0; i < 500; i++) Assert.True(client.TryOpen(box, Nonce, opened));
        }));
        await Task.WhenAll(work);
    }

    private static BoxSecret Relay() => BoxSecret.Derive(Convert.FromHexString(Known.RelayPrivateHex), Convert.FromHexString(Known.ClientHex))!;

    private static BoxSecret Client() => BoxSecret.Derive(Convert.FromHexString(Known.ClientPrivateHex), Convert.FromHexString(Known.RelayHex))!;

    private static byte[] Seal(BoxSecret secret, byte[] message)
    {
        var box = new byte[message.Length + BoxSecret.TagSize];
        secret.Seal(message, Nonce, box);
        return box;
    }
}
