using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Relay.Protocol.Keys;

/// <summary>
/// A node's public key: 32 bytes of X25519, WireGuard's own key format. A value: equality is that of the bytes.
/// Text form <c>nodekey:</c> + 64 hex digits (spec/derp.md 3).
/// </summary>
public readonly struct NodeKey : IEquatable<NodeKey>
{
    /// <summary>Bytes in a key.</summary>
    public const int Size = 32;

    private const string Prefix = "nodekey:";

    private readonly Bytes32 _bytes;

    /// <summary>Takes the 32 bytes of <paramref name="key"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="key"/> is not 32 bytes long.</exception>
    public NodeKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Size) throw new ArgumentException($"a key has {Size} bytes, not {key.Length}", nameof(key));
        _bytes = MemoryMarshal.Read<Bytes32>(key);
    }

    /// <summary>The all-zero key, which nobody can own.</summary>
    public bool IsZero => Bytes.IndexOfAnyExcept((byte)0) < 0;

    [UnscopedRef]
    private ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Writes the 32 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination) => Bytes.CopyTo(destination);

    /// <summary>The key as it stands in DERP frames, files and JSON: <c>nodekey:</c> and 64 lower-case hex digits.</summary>
    public string ToText() => Prefix + ToHex();

    /// <summary>64 lower-case hex digits without a prefix, as in the <c>Derp-Public-Key</c> header.</summary>
    public string ToHex() => Convert.ToHexStringLower(Bytes);

    /// <summary>WireGuard's text form: standard base64, 44 characters.</summary>
    public string ToWireGuard() => Convert.ToBase64String(Bytes);

    /// <summary>The short form for logs: <c>[</c>, five characters of base64, <c>]</c>; empty for the zero key.</summary>
    public override string ToString() => IsZero ? "" : $"[{Convert.ToBase64String(Bytes[..6])[..5]}]";

    /// <summary>Reads <c>nodekey:</c> + 64 hex digits of either case, and nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out NodeKey key)
    {
        if (text.StartsWith(Prefix, StringComparison.Ordinal)) return TryParseHex(text[Prefix.Length..], out key);
        key = default;
        return false;
    }

    /// <summary>Reads 64 hex digits of either case without a prefix.</summary>
    public static bool TryParseHex(ReadOnlySpan<char> hex, out NodeKey key)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (HexKey.TryDecode(hex, bytes))
        {
            key = new NodeKey(bytes);
            return true;
        }

        key = default;
        return false;
    }

    /// <summary>Reads WireGuard's text form: standard base64 of 32 bytes, 44 characters.</summary>
    public static bool TryParseWireGuard(ReadOnlySpan<char> base64, out NodeKey key)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (Base64Key.TryDecode(base64, bytes))
        {
            key = new NodeKey(bytes);
            return true;
        }

        key = default;
        return false;
    }

    /// <inheritdoc/>
    public bool Equals(NodeKey other) => Bytes.SequenceEqual(other.Bytes);

    /// <summary>Whether this key consists of just these 32 bytes; for comparing with a frame without a copy.</summary>
    public bool Equals(ReadOnlySpan<byte> other) => Bytes.SequenceEqual(other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is NodeKey other && Equals(other);

    /// <summary>
    /// Mixes all 32 bytes with a seed of this process: a client may grind keys, so a hash that reads only some of the
    /// bytes, or that can be computed elsewhere, would let it fill one bucket.
    /// </summary>
    public override int GetHashCode()
    {
        var words = MemoryMarshal.Cast<byte, ulong>(Bytes);
        return HashCode.Combine(words[0], words[1], words[2], words[3]);
    }

    /// <summary>Orders keys by their bytes, for output that is the same every time.</summary>
    public static int Compare(NodeKey left, NodeKey right) => left.Bytes.SequenceCompareTo(right.Bytes);

    /// <summary>Equality of all 32 bytes.</summary>
    public static bool operator ==(NodeKey left, NodeKey right) => left.Equals(right);

    /// <summary>Inequality of any of the 32 bytes.</summary>
    public static bool operator !=(NodeKey left, NodeKey right) => !left.Equals(right);
}
