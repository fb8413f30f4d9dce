using System.Net.Security;
using Relay.Host.Failures;
using Relay.Host.Files;

namespace Relay.Host.Certificates;

/// <summary>
/// The certificate that is served now, from files that are watched: a good pair replaces the current one for new handshakes.
/// Thread safe.
/// </summary>
internal sealed class CertificateSource : IWatchedFiles, IDisposable
{
    private readonly CertificateFiles? _files;
    private readonly CertificateLoader _loader;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FileWatch _watch;
    private volatile LoadedCertificate? _current;

    /// <param name="files">Where to look for a newer one; null when it lives in memory only.</param>
    /// <param name="loader">Judges what is found there.</param>
    /// <param name="pem">What to serve first; null when there is nothing yet, and handshakes are refused until there is.</param>
    /// <param name="time">Clock for watching and expiry.</param>
    /// <param name="logger">Told of replacements and refusals.</param>
    /// <exception cref="StartupException"><paramref name="pem"/> cannot be served.</exception>
    internal CertificateSource(CertificateFiles? files, CertificateLoader loader, CertificatePem? pem, TimeProvider time, ILogger logger)
    {
        (_files, _loader, _time, _logger) = (files, loader, time, logger);
        _current = pem is null ? null : loader.Load(pem, time.GetUtcNow());
        _watch = new FileWatch(this, pem?.Fingerprint() ?? "", time);
    }

    /// <summary>The certificate and what is known of it; null while there is none.</summary>
    internal LoadedCertificate? Current => _current;

    /// <summary>What a handshake that begins now sends; null while there is nothing.</summary>
    internal SslStreamCertificateContext? Context => _current?.Context;

    /// <summary>Begins to watch the files, if there are any. Call once.</summary>
    internal void Watch()
    {
        if (_files is not null) _watch.Start();
    }

    /// <summary>Looks at the files now, as SIGHUP asks. False when what they hold was refused.</summary>
    internal bool Reload() => _watch.LookNow();

    /// <summary>Whether a pair could be served, before it takes the place of the one that is.</summary>
    /// <exception cref="StartupException">It could not.</exception>
    internal void Judge(CertificatePem pem) => _loader.Load(pem, _time.GetUtcNow());

    public void Dispose() => _watch.Dispose();

    WatchedState? IWatchedFiles.Read()
    {
        // What is not there yet is no fault; what was there and is gone is.
        var pem = _current is null ? _files?.TryRead() : _files?.Read();
        return pem is null ? null : new WatchedState(pem.Fingerprint(), () => Apply(_loader.Load(pem, _time.GetUtcNow())));
    }

    void IWatchedFiles.OnRefused(string reason) => Log.Refused(_logger, reason);

    void IWatchedFiles.OnFault(string reason) => Log.CannotLook(_logger, _files!.CertificatePath, reason);

    private void Apply(LoadedCertificate certificate)
    {
        _current = certificate;
        Log.Replaced(_logger, _files!.CertificatePath, certificate.NotAfter);
        foreach (var warning in certificate.Warnings) Log.Warning(_logger, warning);
    }
}
