using System.Security.Cryptography;
using Relay.Host.Failures;
using Relay.Host.Files;
using Relay.Server.Admission;

namespace Relay.Host.Admission;

/// <summary>The file that <c>--admit file:PATH</c> names.</summary>
/// <param name="path">Where it is.</param>
internal sealed class AdmissionFile(string path)
{
    // Some 150,000 nodes.
    private const int LargestFile = 16 * 1024 * 1024;

    private const string Option = "--admit";

    internal string Path => path;

    /// <summary>Its bytes, and what tells one content from another.</summary>
    /// <exception cref="StartupException">It is missing, may not be read, or is too large.</exception>
    internal (byte[] Content, string Fingerprint) Read()
    {
        var content = BoundedFile.Read(path, Option, LargestFile);
        return (content, Convert.ToHexString(SHA256.HashData(content)));
    }

    /// <exception cref="StartupException">It is no admission list; the message has line and column.</exception>
    internal AdmissionList Parse(byte[] content) => AdmissionListReader.TryRead(content, out var list, out var fault)
        ? list
        : throw StartupException.Config($"{Option} {path}: {fault}");
}
