namespace Relay.Server.Transport.Proxies;

/// <summary>What came of a trusted proxy's connection; a label in metrics, so a fixed set.</summary>
public enum ProxyHeaderResult
{
    /// <summary>A PROXY header named the client.</summary>
    Client,

    /// <summary>A PROXY header named nobody: the proxy's own check, or a client unknown to it.</summary>
    Unknown,

    /// <summary>There was none.</summary>
    None,

    /// <summary>It was not right, or did not come in time; the connection was closed.</summary>
    Malformed,

    /// <summary>It named a source that may not have more connections; the connection was closed.</summary>
    Refused,
}
