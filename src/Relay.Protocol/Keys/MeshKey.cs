using System.Security.Cryptography;

namespace Relay.Protocol.Keys;

/// <summary>
/// The secret that relays of one region share: 64 hex digits (spec/derp.md 3, 11.1). Does not print; compares in
/// constant time. Thread safe.
/// </summary>
public sealed class MeshKey
{
    private readonly byte[] _bytes;

    private MeshKey(byte[] bytes) => _bytes = bytes;

    /// <summary>Reads exactly 64 hex digits of either case; null for anything else. White space is the caller's to trim.</summary>
    public static MeshKey? TryParse(ReadOnlySpan<char> hex)
    {
        var bytes = new byte[NodeKey.Size];
        return HexKey.TryDecode(hex, bytes) ? new MeshKey(bytes) : null;
    }

    /// <summary>Whether both are the same key and not the all-zero one, which grants nothing. Takes the same time for any content.</summary>
    public bool Grants(MeshKey? presented) =>
        presented is not null
        && CryptographicOperations.FixedTimeEquals(_bytes, presented._bytes)
        && _bytes.AsSpan().IndexOfAnyExcept((byte)0) >= 0;

    /// <summary>The secret itself as 64 lower-case hex digits.</summary>
    public string RevealHex() => Convert.ToHexStringLower(_bytes);

    /// <summary>Never the secret.</summary>
    public override string ToString() => "MeshKey(redacted)";
}
