using System.Security.Cryptography;
using System.Text;
using Relay.Host.Configuration;
using Relay.Host.Failures;
using Relay.Host.Files;

namespace Relay.Host.Certificates;

/// <summary>The two files of a certificate, named after the host as derper names them (spec/derper-surface.md 5).</summary>
internal sealed class CertificateFiles(string directory, string hostName)
{
    private const int LargestFile = 1 << 20;
    private const string New = ".new";
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

    /// <summary>There is no certificate. Its key may be there all the same, if whoever made them came no further.</summary>
    internal bool LackCertificate => !File.Exists(CertificatePath);

    /// <summary>The key of a certificate that is still to be made; null when there is none.</summary>
    /// <exception cref="StartupException">It may not be read, or is of a kind that is not made here.</exception>
    internal ECDsa? TryReadLoneKey()
    {
        if (BoundedFile.TryRead(KeyPath, Option, LargestFile) is not { } pem) return null;
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(Encoding.UTF8.GetString(pem));
            return key;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw Missing(CertificatePath, KeyPath);
        }
    }

    /// <summary>
    /// Makes a self-signed pair, the key first, so that a certificate never lies there without its key. A key that lies there
    /// alone gets its certificate: nobody loses a key, and a start that was cut off between the two is made good.
    /// </summary>
    /// <exception cref="StartupException">They cannot be made.</exception>
    internal void Make(Func<ECDsa, byte[]> certify)
    {
        using var key = TryReadLoneKey() ?? MakeKey();
        PrivateFile.TryCreate(CertificatePath, Option, certify(key), Public);
    }

    /// <summary>
    /// Puts both files in the place of those that are there. Both lie beside them, whole, before the first is moved: a crash
    /// loses neither, see <see cref="FinishReplacing"/>. Between the two moves they do not fit together, which those who look
    /// at that moment must bear.
    /// </summary>
    /// <exception cref="StartupException">They cannot be written.</exception>
    internal void Replace(CertificatePem pem)
    {
        PrivateFile.Replace(KeyPath + New, Option, pem.Key.Span);
        PrivateFile.Replace(CertificatePath + New, Option, pem.Certificates.Span, Public);
        FinishReplacing();
    }

    /// <summary>
    /// Does what a crash has left undone. The certificate is written last and moved last: while it lies beside its place, its
    /// key lies there as well, or has been moved.
    /// </summary>
    /// <exception cref="StartupException">They cannot be moved.</exception>
    internal void FinishReplacing()
    {
        if (!File.Exists(CertificatePath + New)) return;
        if (File.Exists(KeyPath + New)) PrivateFile.Move(KeyPath + New, KeyPath, Option);
        PrivateFile.Move(CertificatePath + New, CertificatePath, Option);
    }

    // Who is slower than another process takes that one's.
    private ECDsa MakeKey()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (PrivateFile.TryCreate(KeyPath, Option, SelfSigned.ToPem(key))) return key;
        key.Dispose();
        return TryReadLoneKey() ?? throw StartupException.Config($"{Option} {KeyPath}: vanished while it was read; start again");
    }

    private static string FileName(string hostName) =>
        string.Concat(hostName.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'));

    private static StartupException Missing(string missing, string present) => StartupException.Config(
        $"{Option} {missing}: no such file, but {Path.GetFileName(present)} is there; expected both, or neither");
}
