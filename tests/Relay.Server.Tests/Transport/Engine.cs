namespace Relay.Server.Tests.Transport;

/// <summary>Who serves a socket.</summary>
public enum Engine
{
    /// <summary>The best that this machine has: event loops on Linux.</summary>
    Machine,

    /// <summary>What is there everywhere, forced.</summary>
    Portable,
}
