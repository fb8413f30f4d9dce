using Relay.Protocol.Keys;

namespace Relay.Paths.Disco;

/// <summary>
/// The public key that a node's disco messages are sealed with: 32 bytes of X25519, made anew by each process
/// (spec/disco.md 2). A type of its own, so that it is never taken for the key of a node.
/// </summary>
internal readonly record struct DiscoKey
{
    internal const int Size = NodeKey.Size;

    private readonly NodeKey _key;

    internal DiscoKey(ReadOnlySpan<byte> key) => _key = new NodeKey(key);

    internal DiscoKey(NodeKey key) => _key = key;

    internal bool IsZero => _key.IsZero;

    internal NodeKey AsX25519 => _key;

    internal void CopyTo(Span<byte> destination) => _key.CopyTo(destination);

    /// <summary>As Tailscale's logs have it: <c>d:</c> and the first eight bytes.</summary>
    public override string ToString() => $"d:{_key.ToHex()[..16]}";
}
