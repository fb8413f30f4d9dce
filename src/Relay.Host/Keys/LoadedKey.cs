using Relay.Protocol.Keys;

namespace Relay.Host.Keys;

/// <summary>The relay's own key, and where it is kept.</summary>
/// <param name="Key">The key; disposing this disposes it.</param>
/// <param name="Path">Its file; null for one that lives as long as the process.</param>
/// <param name="Made">The file was made just now.</param>
/// <param name="Warning">Something about the file that the operator should mend.</param>
internal sealed record LoadedKey(NodePrivateKey Key, string? Path, bool Made, string? Warning) : IDisposable
{
    internal static LoadedKey ThrowAway() => new(NodePrivateKey.Generate(), Path: null, Made: true, Warning: null);

    public void Dispose() => Key.Dispose();
}
