namespace Relay.Server.Transport.Proxies;

/// <summary>What the first bytes of a connection are to the PROXY protocol.</summary>
internal enum ProxyHeaderStatus
{
    /// <summary>The start of a header, as far as can be seen.</summary>
    NeedMoreData,

    /// <summary>A whole header.</summary>
    Complete,

    /// <summary>Something else: the connection itself.</summary>
    None,

    /// <summary>A header that is not right.</summary>
    Malformed,
}
