namespace Relay.Host.Configuration;

/// <summary>Where the certificate comes from.</summary>
internal enum TlsMode
{
    /// <summary>PEM files that somebody else keeps fresh.</summary>
    Files,

    /// <summary>Made here once, and pinned by its hash in the DERP map.</summary>
    SelfSigned,

    /// <summary>An ACME authority.</summary>
    Acme,

    /// <summary>Plain HTTP: TLS ends in front of this process.</summary>
    Off,
}
