using Relay.Protocol.Keys;

namespace Relay.Agent.Tests;

/// <summary>A new private key in a file, as <c>relay keygen</c> writes it.</summary>
internal sealed class KeyFile : IDisposable
{
    private readonly NodePrivateKey _key = NodePrivateKey.Generate();

    public KeyFile() => File.WriteAllText(Path, _key.RevealText() + "\n");

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public NodeKey Public => _key.Public;

    public void Dispose()
    {
        File.Delete(Path);
        _key.Dispose();
    }
}
