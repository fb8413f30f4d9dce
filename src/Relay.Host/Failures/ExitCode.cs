namespace Relay.Host.Failures;

/// <summary>What relayd tells its caller; scripts and service managers rely on the numbers (sysexits.h).</summary>
internal enum ExitCode
{
    /// <summary>Done, or stopped as asked.</summary>
    Ok = 0,

    /// <summary>Failed while running.</summary>
    Failed = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 64,

    /// <summary>Something needed cannot be had: a port in use, a peer or a service that does not answer.</summary>
    Unavailable = 69,

    /// <summary>Not permitted: a file that may not be read, a port that takes rights.</summary>
    NoPermission = 77,

    /// <summary>The configuration is wrong.</summary>
    Config = 78,
}
