namespace Relay.Protocol.Keys;

internal static class Base64Key
{
    private const int TextLength = 44;

    // The 43rd character carries four bits of the key: of its six, the last two must be zero. WireGuard's own tools
    // insist on that as well; .NET would let four texts stand for one key.
    private const string LastDigits = "AEIMQUYcgkosw048";

    /// <summary>Exactly the 44 characters that WireGuard writes for 32 bytes, and nothing else.</summary>
    internal static bool TryDecode(ReadOnlySpan<char> base64, Span<byte> destination) =>
        base64.Length == TextLength
        && LastDigits.Contains(base64[TextLength - 2])
        && Convert.TryFromBase64Chars(base64, destination, out var written)
        && written == destination.Length;
}
