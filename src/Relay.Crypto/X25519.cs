using System.Security.Cryptography;

namespace Relay.Crypto;

/// <summary>X25519 keys (RFC 7748), as WireGuard and DERP use them. Stateless and thread safe.</summary>
public static class X25519
{
    /// <summary>Bytes in a private and in a public key.</summary>
    public const int KeySize = 32;

    /// <summary>Fills <paramref name="privateKey"/> (32 bytes) with a new, clamped private key.</summary>
    public static void Generate(Span<byte> privateKey)
    {
        CheckKey(privateKey, nameof(privateKey));
        RandomNumberGenerator.Fill(privateKey);
        Clamp(privateKey);
    }

    /// <summary>Clears and sets the bits that RFC 7748 section 5 names. Clamping twice changes nothing.</summary>
    public static void Clamp(Span<byte> privateKey)
    {
        CheckKey(privateKey, nameof(privateKey));
        privateKey[0] &= 0xF8;
        privateKey[31] = (byte)((privateKey[31] & 0x7F) | 0x40);
    }

    /// <summary>Writes the public key that belongs to <paramref name="privateKey"/>; an unclamped key works too.</summary>
    public static void PublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        CheckKey(privateKey, nameof(privateKey));
        CheckKey(publicKey, nameof(publicKey));
        if (Sodium.ScalarMultBase(publicKey, privateKey) != 0) throw new CryptographicException("X25519 failed");
    }

    private static void CheckKey(ReadOnlySpan<byte> key, string name)
    {
        if (key.Length != KeySize) throw new ArgumentException($"a key has {KeySize} bytes, not {key.Length}", name);
    }
}
