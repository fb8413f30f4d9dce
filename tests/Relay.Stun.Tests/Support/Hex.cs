namespace Relay.Stun.Tests.Support;

internal static class Hex
{
    /// <summary>Bytes of hex digits, with spaces wherever they help.</summary>
    internal static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    internal static string Text(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
