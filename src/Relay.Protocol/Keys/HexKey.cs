using System.Buffers;

namespace Relay.Protocol.Keys;

internal static class HexKey
{
    /// <summary>Exactly as many hex digits, of either case, as fill <paramref name="destination"/>.</summary>
    internal static bool TryDecode(ReadOnlySpan<char> hex, Span<byte> destination) =>
        hex.Length == destination.Length * 2
        && Convert.FromHexString(hex, destination, out _, out _) == OperationStatus.Done;
}
