namespace Relay.Protocol.Handshake;

/// <summary>What reading a ClientInfo led to. Everything but <see cref="Ok"/> ends the connection.</summary>
public enum ClientInfoStatus
{
    /// <summary>Opened and understood: the sender owns the key it names.</summary>
    Ok,

    /// <summary>Too short to hold a key, a nonce and a box.</summary>
    TooShort,

    /// <summary>The key is all zero or another point of low order.</summary>
    BadKey,

    /// <summary>The box does not open: sealed for another relay, by another key, or changed on its way.</summary>
    BadBox,

    /// <summary>Not a JSON object of the expected members.</summary>
    BadJson,

    /// <summary>A <c>meshKey</c> member that is not a string of 64 hex digits.</summary>
    BadMeshKey,
}
