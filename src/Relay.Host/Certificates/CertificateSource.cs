using System.Net.Security;
using Relay.Host.Failures;

namespace Relay.Host.Certificates;

/// <summary>
/// The certificate that is served now. Files are looked at every two seconds; a good pair replaces the current one for
/// new handshakes, a bad one is refused with one log line and the current one stays. Thread safe.
/// </summary>
internal sealed class CertificateSource : IDisposable
{
    /// <summary>Twice this is well within the five seconds that are promised.</summary>
    internal static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    private readonly Lock _looking = new();
    private readonly CertificateFiles? _files;
    private readonly CertificateLoader _loader;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile LoadedCertificate? _current;
    private ITimer? _timer;

    // What the files held when they were last judged, and whether it was good; then what is doubted but not judged yet.
    private string _judged;
    private bool _good = true;
    private string? _doubted;

    /// <param name="files">Where to look for a newer one; null when it lives in memory only.</param>
    /// <param name="loader">Judges what is found there.</param>
    /// <param name="pem">What to serve first; null when there is nothing yet, and handshakes are refused until there is.</param>
    /// <param name="time">Clock for polling and expiry.</param>
    /// <param name="logger">Told of replacements and refusals.</param>
    /// <exception cref="StartupException"><paramref name="pem"/> cannot be served.</exception>
    internal CertificateSource(CertificateFiles? files, CertificateLoader loader, CertificatePem? pem, TimeProvider time, ILogger logger)
    {
        (_files, _loader, _time, _logger) = (files, loader, time, logger);
        _current = pem is null ? null : loader.Load(pem, time.GetUtcNow());
        _judged = pem?.Fingerprint() ?? "";
    }

    /// <summary>The certificate and what is known of it; null while there is none.</summary>
    internal LoadedCertificate? Current => _current;

    /// <summary>What a handshake that begins now sends; null while there is nothing.</summary>
    internal SslStreamCertificateContext? Context => _current?.Context;

    /// <summary>Begins to look at the files every <see cref="PollInterval"/>. Call once.</summary>
    internal void Watch()
    {
        if (_files is not null) _timer = _time.CreateTimer(static source => ((CertificateSource)source!).Poll(), this, PollInterval, PollInterval);
    }

    /// <summary>Looks at the files now, as SIGHUP asks. False when what they hold was refused.</summary>
    internal bool Reload()
    {
        lock (_looking) return Look(patient: false);
    }

    public void Dispose() => _timer?.Dispose();

    private void Poll()
    {
        // A look that a slow disk holds up must not let others pile up behind it.
        if (!_looking.TryEnter()) return;
        try
        {
            Look(patient: true);
        }
        catch (Exception e)
        {
            // This is a timer's root: what escapes from here ends the process.
            Log.CannotLook(_logger, _files!.CertificatePath, e.Message);
        }
        finally
        {
            _looking.Exit();
        }
    }

    // Both files are read whole each time: they are small, and size and time stamp miss a copy that keeps them.
    private bool Look(bool patient)
    {
        if (_files is null) return true;
        string? found = null;
        try
        {
            // What is not there yet is no fault; what was there and is gone is.
            var pem = _current is null ? _files.TryRead() : _files.Read();
            if (pem is null) return true;
            found = pem.Fingerprint();
            if (found != _judged) Accept(_loader.Load(pem, _time.GetUtcNow()), found);
            _doubted = null;
        }
        catch (StartupException e)
        {
            Refuse(e.Message, found ?? e.Message, patient);
        }

        return _good;
    }

    private void Accept(LoadedCertificate certificate, string found)
    {
        (_current, _judged, _good) = (certificate, found, true);
        Log.Replaced(_logger, _files!.CertificatePath, certificate.NotAfter);
        foreach (var warning in certificate.Warnings) Log.Warning(_logger, warning);
    }

    // Whoever renews the files writes one after the other, so a bad pair is doubted once before it is refused.
    private void Refuse(string reason, string found, bool patient)
    {
        if (found == _judged) return;
        if (patient && found != _doubted)
        {
            _doubted = found;
            return;
        }

        (_judged, _good, _doubted) = (found, false, null);
        Log.Refused(_logger, reason);
    }
}
