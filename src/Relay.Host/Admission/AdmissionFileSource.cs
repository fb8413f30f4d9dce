using Relay.Host.Failures;
using Relay.Server.Admission;

namespace Relay.Host.Admission;

/// <summary>
/// The admission list in force, from a file that is looked at every two seconds. A good one takes effect at once; one
/// that is not is refused with one log line, and the last good one stays. Thread safe.
/// </summary>
internal sealed class AdmissionFileSource : IDisposable
{
    /// <summary>Twice this, and a heartbeat to end connections, is within the five seconds that are promised.</summary>
    internal static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    private readonly Lock _looking = new();
    private readonly AdmissionFile _file;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private ITimer? _timer;
    private string _judged;
    private string? _doubted;
    private long _applied;
    private long _refused;

    /// <param name="file">The file.</param>
    /// <param name="time">The clock of polling and of expiry.</param>
    /// <param name="logger">Told of changes and refusals.</param>
    /// <exception cref="StartupException">The file is missing or no admission list.</exception>
    internal AdmissionFileSource(AdmissionFile file, TimeProvider time, ILogger logger)
    {
        (_file, _time, _logger) = (file, time, logger);
        Admission = new ListAdmission(time);
        var (content, fingerprint) = file.Read();
        Admission.Apply(file.Parse(content));
        _judged = fingerprint;
    }

    /// <summary>What is in force.</summary>
    internal ListAdmission Admission { get; }

    /// <summary>Changes that took effect.</summary>
    internal long Applied => Interlocked.Read(ref _applied);

    /// <summary>Changes that were refused.</summary>
    internal long Refused => Interlocked.Read(ref _refused);

    /// <summary>Whether what the file holds now is in force.</summary>
    internal bool Good { get; private set; } = true;

    /// <summary>Begins to look at the file every <see cref="PollInterval"/>. Call once.</summary>
    internal void Watch() =>
        _timer = _time.CreateTimer(static source => ((AdmissionFileSource)source!).Poll(), this, PollInterval, PollInterval);

    /// <summary>Looks at the file now, as SIGHUP asks. False when what it holds was refused.</summary>
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
            Log.CannotLook(_logger, _file.Path, e.Message);
        }
        finally
        {
            _looking.Exit();
        }
    }

    private bool Look(bool patient)
    {
        string? found = null;
        try
        {
            (var content, found) = _file.Read();
            if (found != _judged) Accept(_file.Parse(content), found);
            _doubted = null;
        }
        catch (StartupException e)
        {
            Refuse(e.Message, found ?? e.Message, patient);
        }

        return Good;
    }

    private void Accept(AdmissionList list, string found)
    {
        Admission.Apply(list);
        (_judged, Good) = (found, true);
        Interlocked.Increment(ref _applied);
        Log.Applied(_logger, _file.Path, list.NodeCount, list.Networks.Count);
    }

    // Whoever writes the file in place may be half way: what is bad is doubted once before it is refused.
    private void Refuse(string reason, string found, bool patient)
    {
        if (found == _judged) return;
        if (patient && found != _doubted)
        {
            _doubted = found;
            return;
        }

        (_judged, Good, _doubted) = (found, false, null);
        Interlocked.Increment(ref _refused);
        Log.Refused(_logger, reason);
    }
}
