namespace Relay.Agent.Commands;

/// <summary>What relay tells its caller; scripts rely on the numbers (sysexits.h).</summary>
internal enum ExitCode
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>Failed while running: a check that failed, packets that did not come back.</summary>
    Failed = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 64,

    /// <summary>A relay, or what else is needed, cannot be reached.</summary>
    Unavailable = 69,

    /// <summary>Not permitted: a file that may not be read, a relay that does not admit this key.</summary>
    NoPermission = 77,

    /// <summary>A file is wrong: a DERP map, a key.</summary>
    Config = 78,
}
