using System.Text.Json;
using Relay.Host.Configuration;
using Relay.Host.Files;

namespace Relay.Host.Acme;

/// <summary>Which authority issued which certificate, in a file beside it: the certificate itself does not say.</summary>
/// <param name="Directory">The authority's directory.</param>
/// <param name="Certificate">The certificate's hash, as it is pinned.</param>
internal sealed record AcmeRecord(Uri Directory, string Certificate)
{
    private const int LargestFile = 16 << 10;

    /// <summary>Null when there is none, or none that can be read: then the certificate is anybody's.</summary>
    internal static AcmeRecord? TryRead(string path)
    {
        try
        {
            return BoundedFile.TryRead(path, Settings.CertDir.Flag, LargestFile) is { } json ? JsonSerializer.Deserialize<AcmeRecord>(json) : null;
        }
        catch (Exception e) when (e is JsonException or Failures.StartupException)
        {
            return null;
        }
    }

    internal void Write(string path) => PrivateFile.Replace(path, Settings.CertDir.Flag, JsonSerializer.SerializeToUtf8Bytes(this));
}
