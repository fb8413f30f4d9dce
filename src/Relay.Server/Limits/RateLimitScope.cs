namespace Relay.Server.Limits;

/// <summary>Whose receive limit it is; a label in metrics.</summary>
public enum RateLimitScope
{
    /// <summary>One client's.</summary>
    Client,

    /// <summary>That of a network, which its clients share.</summary>
    Network,
}
