namespace Relay.Host.Files;

/// <summary>Files whose content is in force while relayd runs, and changes with them.</summary>
internal interface IWatchedFiles
{
    /// <summary>Reads them whole: they are small, and size and time stamp miss a copy that keeps them. Null when nothing is there yet.</summary>
    /// <exception cref="Failures.StartupException">What was there is gone, or cannot be read.</exception>
    WatchedState? Read();

    /// <summary>What they hold is no good, for this reason, and what is in force stays.</summary>
    void OnRefused(string reason);

    /// <summary>Looking at them failed in a way that nobody thought of.</summary>
    void OnFault(string reason);
}
