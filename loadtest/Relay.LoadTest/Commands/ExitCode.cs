namespace Relay.LoadTest.Commands;

/// <summary>What relay-load tells its caller (sysexits.h).</summary>
internal enum ExitCode
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>Failed while running: a connection that broke, a run that measured nothing.</summary>
    Failed = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 64,

    /// <summary>The relay, or a program that is needed, cannot be reached.</summary>
    Unavailable = 69,
}
