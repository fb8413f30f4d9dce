using System.Security.Cryptography;

namespace Relay.Deploy.Tests.Monitoring;

/// <summary>A mesh key of this test's own.</summary>
internal sealed class MeshKeyFile : IDisposable
{
    internal MeshKeyFile() => File.WriteAllText(Path, RandomNumberGenerator.GetHexString(64, lowercase: true));

    internal string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
