namespace Relay.Server.Transport;

/// <summary>Whether a connection may come in; a label in metrics.</summary>
public enum GateVerdict
{
    /// <summary>It may.</summary>
    Admitted,

    /// <summary>As many connections are open as may be.</summary>
    TooMany,

    /// <summary>More connections come in a second than may.</summary>
    TooFast,

    /// <summary>As many connections from this source are open as may be.</summary>
    TooManyFromSource,

    /// <summary>More connections come in a second from this source than may.</summary>
    TooFastFromSource,

    /// <summary>
    /// As many handshakes are under way as may be: the oldest was ended for a newer one, or this one came while all were fresh.
    /// </summary>
    TooManyHandshakes,
}
