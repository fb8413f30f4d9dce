using System.Security.Cryptography;
using Relay.Crypto;

namespace Relay.Paths.Disco;

/// <summary>
/// The outside of a disco packet (spec/disco.md 3). The receiver's key is not in it, and the sender's is a claim until
/// the box opens.
/// </summary>
internal static class DiscoFrame
{
    // | magic (6) | sender's key (32) | nonce (24) | tag (16) | ciphertext |
    internal const int Overhead = NonceAt + BoxSecret.NonceSize + BoxSecret.TagSize;

    private const int KeyAt = 6;
    private const int NonceAt = KeyAt + DiscoKey.Size;
    private const int BoxAt = NonceAt + BoxSecret.NonceSize;

    // Two bytes say what a message is: nothing shorter means anything.
    private const int SmallestMessage = 2;

    internal static ReadOnlySpan<byte> Magic => "TS💬"u8;

    /// <summary>Takes the sender's key from a packet that looks like disco; costs no cryptography.</summary>
    internal static bool TryReadSender(ReadOnlySpan<byte> packet, out DiscoKey sender)
    {
        if (packet.Length < Overhead + SmallestMessage || !packet.StartsWith(Magic))
        {
            sender = default;
            return false;
        }

        sender = new DiscoKey(packet.Slice(KeyAt, DiscoKey.Size));
        return true;
    }

    /// <summary>Opens a packet for which <see cref="TryReadSender"/> was true into the start of <paramref name="buffer"/>.</summary>
    /// <returns>The message, a slice of the buffer; empty when the box does not open or the buffer is too short.</returns>
    internal static ReadOnlySpan<byte> Open(ReadOnlySpan<byte> packet, BoxSecret secret, Span<byte> buffer)
    {
        var length = packet.Length - Overhead;
        if (length < SmallestMessage || length > buffer.Length) return default;
        var message = buffer[..length];
        return secret.TryOpen(packet[BoxAt..], packet.Slice(NonceAt, BoxSecret.NonceSize), message) ? message : default;
    }

    /// <summary>Seals a message into <paramref name="packet"/>, which is <see cref="Overhead"/> bytes longer.</summary>
    internal static void Seal(Span<byte> packet, DiscoKey sender, BoxSecret secret, ReadOnlySpan<byte> message)
    {
        Magic.CopyTo(packet);
        sender.CopyTo(packet[KeyAt..]);
        var nonce = packet.Slice(NonceAt, BoxSecret.NonceSize);
        RandomNumberGenerator.Fill(nonce);
        secret.Seal(message, nonce, packet[BoxAt..]);
    }
}
