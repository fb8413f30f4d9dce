namespace Relay.Server.Transport;

/// <summary>A connection and request feature: a connection counts as a handshake under way until somebody says otherwise.</summary>
public interface IHandshakeFeature
{
    /// <summary>Whoever connected is a client now. Thread safe; further calls do nothing.</summary>
    void Complete();
}
