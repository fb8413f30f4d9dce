namespace Relay.Agent.WireGuard;

/// <summary>WireGuard cannot be asked or told. The message is one line.</summary>
internal sealed class WireGuardException(bool permission, string message) : Exception(message)
{
    /// <summary>It is a matter of rights.</summary>
    internal bool Permission { get; } = permission;
}
