using Relay.Host.Configuration;
using Relay.Host.Failures;
using Relay.Protocol.Keys;

namespace Relay.Host.Certificates;

/// <summary>Makes the source of certificates that the options ask for.</summary>
internal static class CertificateSources
{
    /// <summary>Null when TLS is off. Makes and stores a self-signed certificate when there is none. With ACME it may begin empty. Does not watch yet.</summary>
    /// <exception cref="StartupException">The certificate cannot be read, made or served.</exception>
    internal static CertificateSource? Open(RelaydOptions options, NodeKey relayKey, TimeProvider time, ILogger logger)
    {
        if (options.Tls == TlsMode.Off) return null;
        if (options.CertDir is null)
        {
            const string Name = "the self-signed certificate";
            var loader = new CertificateLoader(options.HostName, relayKey, Name, Name);
            return new CertificateSource(null, loader, SelfSigned.Make(options.HostName, relayKey, time.GetUtcNow()), time, logger);
        }

        var files = new CertificateFiles(options.CertDir, options.HostName);
        if (options.Tls == TlsMode.Acme) return OpenAcme(files, Loader(options, relayKey, files), time, logger);
        if (options.Tls == TlsMode.SelfSigned && files.LackCertificate)
        {
            files.Make(key => SelfSigned.Make(options.HostName, relayKey, time.GetUtcNow(), key));
            Log.Made(logger, files.CertificatePath);
        }

        return new CertificateSource(files, Loader(options, relayKey, files), files.Read(), time, logger);
    }

    // With ACME a pair that cannot be served is as good as none: the next one is on its way.
    private static CertificateSource OpenAcme(CertificateFiles files, CertificateLoader loader, TimeProvider time, ILogger logger)
    {
        try
        {
            files.FinishReplacing();
            return new CertificateSource(files, loader, files.TryRead(), time, logger);
        }
        catch (StartupException e) when (e.Code == ExitCode.Config)
        {
            Log.Warning(logger, e.Message);
            return new CertificateSource(files, loader, null, time, logger);
        }
    }

    /// <summary>Judges the certificate on disk without making one; null when there is none and one will be made or ordered.</summary>
    /// <exception cref="StartupException">The certificate cannot be read or served.</exception>
    internal static LoadedCertificate? Check(RelaydOptions options, NodeKey relayKey, DateTimeOffset now, List<string> warnings)
    {
        if (options.Tls == TlsMode.Off || options.CertDir is null) return null;
        var files = new CertificateFiles(options.CertDir, options.HostName);
        if (options.Tls == TlsMode.SelfSigned && files.LackCertificate)
        {
            files.TryReadLoneKey()?.Dispose(); // a certificate will be made for it
            return null;
        }

        try
        {
            var pem = options.Tls == TlsMode.Files ? files.Read() : files.TryRead();
            return pem is null ? null : Loader(options, relayKey, files).Load(pem, now);
        }
        catch (StartupException e) when (options.Tls == TlsMode.Acme && e.Code == ExitCode.Config)
        {
            warnings.Add(e.Message);
            return null;
        }
    }

    private static CertificateLoader Loader(RelaydOptions options, NodeKey relayKey, CertificateFiles files) =>
        new(options.HostName, relayKey, $"{CertificateFiles.Option} {files.CertificatePath}", $"{CertificateFiles.Option} {files.KeyPath}");
}
