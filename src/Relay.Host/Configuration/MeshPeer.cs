namespace Relay.Host.Configuration;

/// <summary>A relay of the same region to forward to.</summary>
/// <param name="Host">The name in its certificate.</param>
/// <param name="Port">Its TCP port.</param>
/// <param name="Dial">The name or address to connect to; the same as <paramref name="Host"/> unless given.</param>
/// <param name="Pin"><c>sha256-raw:</c> and the hash of its certificate; null when an authority vouches for it.</param>
internal sealed record MeshPeer(string Host, int Port, string Dial, string? Pin = null);
