using System.Security.Cryptography;
using Relay.Crypto;

namespace Relay.Protocol.Keys;

/// <summary>
/// A node's private key. Does not print and does not compare; disposing wipes it. Text form <c>privkey:</c> + 64 hex
/// digits (spec/derp.md 3). Thread safe until disposed.
/// </summary>
public sealed class NodePrivateKey : IDisposable
{
    private const string Prefix = "privkey:";

    // Pinned, so that the collector leaves no copies behind.
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(NodeKey.Size, pinned: true);

    // A wiped key still works as a number, and anybody knows that number: refuse rather than use it.
    private volatile bool _disposed;

    private NodePrivateKey()
    {
    }

    private byte[] Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    /// <summary>The key that others know this node by.</summary>
    public NodeKey Public { get; private set; }

    /// <summary>Makes a new key from the system's random numbers.</summary>
    public static NodePrivateKey Generate()
    {
        var key = new NodePrivateKey();
        X25519.Generate(key._bytes);
        return key.WithPublic();
    }

    /// <summary>Takes 32 bytes; unclamped ones are kept as they are, X25519 clamps on use.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes, or all zero.</exception>
    public static NodePrivateKey FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != NodeKey.Size) throw new ArgumentException($"a key has {NodeKey.Size} bytes, not {bytes.Length}", nameof(bytes));
        if (bytes.IndexOfAnyExcept((byte)0) < 0) throw new ArgumentException("the key is all zero", nameof(bytes));
        var key = new NodePrivateKey();
        bytes.CopyTo(key._bytes);
        return key.WithPublic();
    }

    /// <summary>Reads <c>privkey:</c> + 64 hex digits, or WireGuard's base64. Null for anything else, also for the all-zero key.</summary>
    public static NodePrivateKey? TryParse(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[NodeKey.Size];
        try
        {
            var read = text.StartsWith(Prefix, StringComparison.Ordinal)
                ? HexKey.TryDecode(text[Prefix.Length..], bytes)
                : Base64Key.TryDecode(text, bytes);
            return read && bytes.IndexOfAnyExcept((byte)0) >= 0 ? FromBytes(bytes) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>The secret itself, <c>privkey:</c> + 64 hex digits, for a key file.</summary>
    public string RevealText() => Prefix + Convert.ToHexStringLower(Bytes);

    /// <summary>The secret itself in WireGuard's base64, for a <c>wg</c> configuration.</summary>
    public string RevealWireGuard() => Convert.ToBase64String(Bytes);

    /// <summary>The box secret shared with <paramref name="peer"/>; null when the peer's key is of low order (all zero, say).</summary>
    public BoxSecret? DeriveBox(NodeKey peer)
    {
        Span<byte> peerBytes = stackalloc byte[NodeKey.Size];
        peer.CopyTo(peerBytes);
        return BoxSecret.Derive(Bytes, peerBytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }

    /// <summary>Never the secret.</summary>
    public override string ToString() => $"PrivateKey(of {Public})";

    private NodePrivateKey WithPublic()
    {
        Span<byte> bytes = stackalloc byte[NodeKey.Size];
        X25519.PublicKey(_bytes, bytes);
        Public = new NodeKey(bytes);
        return this;
    }
}
