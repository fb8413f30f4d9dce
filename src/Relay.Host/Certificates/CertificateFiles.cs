using Relay.Host.Configuration;
using Relay.Host.Failures;
using Relay.Host.Files;

namespace Relay.Host.Certificates;

/// <summary>The two files of a certificate, named after the host as derper names them (spec/derper-surface.md 5).</summary>
internal sealed class CertificateFiles(string directory, string hostName)
{
    private const int LargestFile = 1 << 20;
    private const UnixFileMode Public = PrivateFile.OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    internal string CertificatePath { get; } = Path.Combine(directory, FileName(hostName) + ".crt");

    internal string KeyPath { get; } = Path.Combine(directory, FileName(hostName) + ".key");

    /// <summary>Who issued the certificate, where that is known.</summary>
    internal string RecordPath { get; } = Path.Combine(directory, FileName(hostName) + ".acme.json");

    internal static string Option => Settings.CertDir.Flag;

    /// <summary>Reads both files; null when neither exists.</summary>
    /// <exception cref="StartupException">Only one exists, or one may not be read.</exception>
    internal CertificatePem? TryRead()
    {
        var certificates = BoundedFile.TryRead(CertificatePath, Option, LargestFile);
        var key = BoundedFile.TryRead(KeyPath, Option, LargestFile);
        return (certificates, key) switch
        {
            (null, null) => null,
            (null, _) => throw Missing(CertificatePath, KeyPath),
            (_, null) => throw Missing(KeyPath, CertificatePath),
            _ => new CertificatePem(certificates, key),
        };
    }

    /// <summary>Reads both files.</summary>
    /// <exception cref="StartupException">One is missing, or may not be read.</exception>
    internal CertificatePem Read() => TryRead() ?? throw StartupException.Config(
        $"{Option} {CertificatePath}: no such file; expected the certificate there and its key in {Path.GetFileName(KeyPath)}, or --tls self-signed or acme");

    /// <summary>Stores both files unless they exist by now; the key first, so that a certificate never lies there without its key.</summary>
    internal void Store(CertificatePem pem)
    {
        if (PrivateFile.TryCreate(KeyPath, Option, pem.Key.Span))
            PrivateFile.TryCreate(CertificatePath, Option, pem.Certificates.Span, Public);
    }

    /// <summary>
    /// Puts both files in the place of those that are there. Between the two moves they do not fit together, which those who
    /// look at that moment must bear.
    /// </summary>
    /// <exception cref="StartupException">They cannot be written.</exception>
    internal void Replace(CertificatePem pem)
    {
        PrivateFile.Replace(KeyPath, Option, pem.Key.Span);
        PrivateFile.Replace(CertificatePath, Option, pem.Certificates.Span, Public);
    }

    private static string FileName(string hostName) =>
        string.Concat(hostName.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'));

    private static StartupException Missing(string missing, string present) => StartupException.Config(
        $"{Option} {missing}: no such file, but {Path.GetFileName(present)} is there; expected both, or neither");
}
