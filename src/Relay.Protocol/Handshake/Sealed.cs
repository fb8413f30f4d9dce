using System.Security.Cryptography;
using Relay.Crypto;

namespace Relay.Protocol.Handshake;

/// <summary>A nonce and a box after it: how DERP carries its two JSON texts.</summary>
internal static class Sealed
{
    internal const int Overhead = BoxSecret.NonceSize + BoxSecret.TagSize;

    internal static void Write(Span<byte> destination, BoxSecret secret, ReadOnlySpan<byte> text, ReadOnlySpan<byte> nonce)
    {
        var head = destination[..BoxSecret.NonceSize];
        if (nonce.IsEmpty) RandomNumberGenerator.Fill(head);
        else nonce.CopyTo(head);
        secret.Seal(text, head, destination.Slice(BoxSecret.NonceSize, text.Length + BoxSecret.TagSize));
    }

    internal static byte[]? TryOpen(ReadOnlySpan<byte> blob, BoxSecret? secret)
    {
        if (secret is null || blob.Length < Overhead) return null;
        var text = new byte[blob.Length - Overhead];
        return secret.TryOpen(blob[BoxSecret.NonceSize..], blob[..BoxSecret.NonceSize], text) ? text : null;
    }
}
