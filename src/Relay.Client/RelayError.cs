namespace Relay.Client;

/// <summary>What a connection failed on. The side to look at first is named with each.</summary>
public enum RelayError
{
    /// <summary>The relay's name does not resolve (name service, or the name).</summary>
    Dns,

    /// <summary>No TCP connection to any of the relay's addresses (network, firewall, or no relay there).</summary>
    Tcp,

    /// <summary>The HTTP proxy could not be reached or refused to connect (proxy, or its credentials).</summary>
    Proxy,

    /// <summary>The TLS handshake failed for another reason than the certificate (relay, or something between).</summary>
    Tls,

    /// <summary>The relay's certificate is not trusted, expired, or for another name (relay, or something between).</summary>
    CertificateRejected,

    /// <summary>The relay's certificate is not the pinned one (relay, something between, or an old pin).</summary>
    PinMismatch,

    /// <summary>The relay answered the upgrade with an HTTP status other than 101; <see cref="RelayException.HttpStatus"/> has it.</summary>
    HttpStatus,

    /// <summary>The answer to the upgrade is not HTTP, too long, or not the upgrade that was asked for (no relay there).</summary>
    Upgrade,

    /// <summary>The relay's greeting does not hold a usable key (no relay there, or something between).</summary>
    BadServerKey,

    /// <summary>The relay closed the connection when it had seen our key: not admitted there, or not this key (admission).</summary>
    Rejected,

    /// <summary>Nothing came in time.</summary>
    Timeout,

    /// <summary>The connection broke, or the relay closed it.</summary>
    Closed,

    /// <summary>The relay sent what DERP does not allow (relay).</summary>
    ProtocolError,
}
