using Relay.Host.Failures;
using Relay.Host.Files;
using Relay.Server.Admission;

namespace Relay.Host.Admission;

/// <summary>The admission list in force, from a file that is watched. Thread safe.</summary>
internal sealed class AdmissionFileSource : IWatchedFiles, IDisposable
{
    private readonly AdmissionFile _file;
    private readonly ILogger _logger;
    private readonly FileWatch _watch;
    private long _applied;
    private long _refused;

    /// <param name="file">The file.</param>
    /// <param name="time">The clock of watching and of expiry.</param>
    /// <param name="logger">Told of changes and refusals.</param>
    /// <exception cref="StartupException">The file is missing or no admission list.</exception>
    internal AdmissionFileSource(AdmissionFile file, TimeProvider time, ILogger logger)
    {
        (_file, _logger) = (file, logger);
        Admission = new ListAdmission(time);
        var (content, fingerprint) = file.Read();
        Admission.Apply(file.Parse(content));
        _watch = new FileWatch(this, fingerprint, time);
    }

    /// <summary>What is in force.</summary>
    internal ListAdmission Admission { get; }

    /// <summary>Changes that took effect.</summary>
    internal long Applied => Interlocked.Read(ref _applied);

    /// <summary>Changes that were refused.</summary>
    internal long Refused => Interlocked.Read(ref _refused);

    /// <summary>Whether what the file holds now is in force.</summary>
    internal bool Good => _watch.Good;

    /// <summary>Begins to watch the file. Call once.</summary>
    internal void Watch() => _watch.Start();

    /// <summary>Looks at the file now, as SIGHUP asks. False when what it holds was refused.</summary>
    internal bool Reload() => _watch.LookNow();

    public void Dispose() => _watch.Dispose();

    WatchedState? IWatchedFiles.Read()
    {
        var (content, fingerprint) = _file.Read();
        return new WatchedState(fingerprint, () => Apply(_file.Parse(content)));
    }

    void IWatchedFiles.OnRefused(string reason)
    {
        Interlocked.Increment(ref _refused);
        Log.Refused(_logger, reason);
    }

    void IWatchedFiles.OnFault(string reason) => Log.CannotLook(_logger, _file.Path, reason);

    private void Apply(AdmissionList list)
    {
        Admission.Apply(list);
        Interlocked.Increment(ref _applied);
        Log.Applied(_logger, _file.Path, list.NodeCount, list.Networks.Count);
    }
}
