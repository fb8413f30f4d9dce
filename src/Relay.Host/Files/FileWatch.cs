using Relay.Host.Failures;

namespace Relay.Host.Files;

/// <summary>
/// Looks at files every two seconds. What is good takes effect at once; what is not is refused once, and what is in force
/// stays. Thread safe.
/// </summary>
/// <param name="files">What is watched.</param>
/// <param name="judged">The fingerprint of what is in force; empty for nothing.</param>
/// <param name="time">The clock.</param>
internal sealed class FileWatch(IWatchedFiles files, string judged, TimeProvider time) : IDisposable
{
    /// <summary>Twice this, and a heartbeat to end connections, is within the five seconds that are promised.</summary>
    internal static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    private readonly Lock _looking = new();
    private ITimer? _timer;

    // What the files held when they were last judged; then what is doubted but not judged yet.
    private string _judged = judged;
    private string? _doubted;
    private volatile bool _good = true;

    /// <summary>Whether what was judged last is in force.</summary>
    internal bool Good => _good;

    /// <summary>Begins to look every <see cref="PollInterval"/>. Call once.</summary>
    internal void Start() => _timer = time.CreateTimer(static watch => ((FileWatch)watch!).Poll(), this, PollInterval, PollInterval);

    /// <summary>Looks now. False when what the files hold was refused.</summary>
    internal bool LookNow()
    {
        lock (_looking) Look(patient: false);
        return _good;
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
            files.OnFault(e.Message);
        }
        finally
        {
            _looking.Exit();
        }
    }

    private void Look(bool patient)
    {
        string? found = null;
        try
        {
            if (files.Read() is not { } state) return;
            found = state.Fingerprint;
            if (found != _judged)
            {
                state.Apply();
                (_judged, _good) = (found, true);
            }

            _doubted = null;
        }
        catch (StartupException e)
        {
            Refuse(e.Message, found ?? e.Message, patient);
        }
    }

    // Whoever writes may be half way, in one file or between two: what is bad is doubted once before it is refused.
    private void Refuse(string reason, string found, bool patient)
    {
        if (found == _judged) return;
        if (patient && found != _doubted)
        {
            _doubted = found;
            return;
        }

        (_judged, _good, _doubted) = (found, false, null);
        files.OnRefused(reason);
    }
}
