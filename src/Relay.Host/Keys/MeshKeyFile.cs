using System.Security.Cryptography;
using System.Text;
using Relay.Host.Configuration;
using Relay.Host.Failures;
using Relay.Host.Files;
using Relay.Protocol.Keys;

namespace Relay.Host.Keys;

/// <summary>The secret that the relays of a region share, on disk: 64 hex digits, white space around them ignored.</summary>
internal static class MeshKeyFile
{
    private const string Expected = "expected 64 hex digits";
    private const int LargestFile = 4096;

    private static string Option => Settings.MeshKeyFile.Flag;

    /// <summary>Reads the key; a file without a single byte is no key, as it is for derper, and gives null.</summary>
    /// <exception cref="StartupException">The file is missing, may not be read, or holds something else.</exception>
    internal static LoadedMeshKey Load(string path)
    {
        var content = BoundedFile.Read(path, Option, LargestFile);
        try
        {
            return content.Length == 0
                ? new LoadedMeshKey(null, $"{Option} {path}: is empty, so there is no mesh key")
                : new LoadedMeshKey(Parse(path, content), PrivateFile.Warn(path, Option));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private static MeshKey Parse(string path, byte[] content)
    {
        var text = Encoding.Latin1.GetChars(content);
        try
        {
            var trimmed = text.AsSpan().Trim();
            var key = MeshKey.TryParse(trimmed)
                ?? throw StartupException.Config($"{Option} {path}: holds {trimmed.Length} characters that are no mesh key; {Expected}");
            return trimmed.IndexOfAnyExcept('0') >= 0
                ? key
                : throw StartupException.Config($"{Option} {path}: is all zero, which is no key; {Expected} such as openssl rand -hex 32 prints");
        }
        finally
        {
            text.AsSpan().Clear();
        }
    }
}
