using System.Security.Cryptography;

namespace Relay.Crypto;

/// <summary>
/// The NaCl box between two X25519 keys: X25519, HSalsa20, XSalsa20-Poly1305, in the layout of libsodium's
/// <c>crypto_box_easy</c> (tag first). Holds the shared secret; disposing wipes it. Thread safe until disposed.
/// </summary>
/// <remarks>NSec has X25519 but neither HSalsa20 nor XSalsa20-Poly1305, so this binds the libsodium that NSec ships.</remarks>
public sealed class BoxSecret : IDisposable
{
    /// <summary>Bytes in a nonce.</summary>
    public const int NonceSize = 24;

    /// <summary>Bytes that sealing adds: the Poly1305 tag.</summary>
    public const int TagSize = 16;

    private readonly byte[] _shared;

    // A wiped secret is all zero, which anybody can guess: refuse rather than seal with it.
    private volatile bool _disposed;

    private BoxSecret(byte[] shared) => _shared = shared;

    /// <summary>
    /// Derives the shared secret, or returns null when <paramref name="publicKey"/> is a point of low order
    /// (the all-zero key among them), with which no secret can be agreed.
    /// </summary>
    public static BoxSecret? Derive(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey)
    {
        if (privateKey.Length != X25519.KeySize || publicKey.Length != X25519.KeySize)
            throw new ArgumentException($"a key has {X25519.KeySize} bytes");

        // Pinned, so that the collector leaves no copies behind.
        var shared = GC.AllocateUninitializedArray<byte>(X25519.KeySize, pinned: true);
        return Sodium.BoxBeforeNm(shared, publicKey, privateKey) == 0 ? new BoxSecret(shared) : null;
    }

    /// <summary>Seals <paramref name="message"/> into <paramref name="output"/>, which is <see cref="TagSize"/> bytes longer.</summary>
    public void Seal(ReadOnlySpan<byte> message, ReadOnlySpan<byte> nonce, Span<byte> output)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckNonce(nonce);
        if (output.Length != message.Length + TagSize) throw new ArgumentException("output is the message and the tag", nameof(output));
        if (Sodium.BoxEasyAfterNm(output, message, (ulong)message.Length, nonce, _shared) != 0) throw new CryptographicException("sealing failed");
    }

    /// <summary>
    /// Opens <paramref name="sealedMessage"/> into <paramref name="output"/>, which is <see cref="TagSize"/> bytes shorter.
    /// False when it was sealed between other keys, or changed since; the output's content is then undefined.
    /// </summary>
    public bool TryOpen(ReadOnlySpan<byte> sealedMessage, ReadOnlySpan<byte> nonce, Span<byte> output)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckNonce(nonce);
        if (sealedMessage.Length < TagSize) return false;
        if (output.Length != sealedMessage.Length - TagSize) throw new ArgumentException("output is the sealed message without its tag", nameof(output));
        return Sodium.BoxOpenEasyAfterNm(output, sealedMessage, (ulong)sealedMessage.Length, nonce, _shared) == 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_shared);
    }

    private static void CheckNonce(ReadOnlySpan<byte> nonce)
    {
        if (nonce.Length != NonceSize) throw new ArgumentException($"a nonce has {NonceSize} bytes, not {nonce.Length}", nameof(nonce));
    }
}
