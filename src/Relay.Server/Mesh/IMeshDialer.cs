namespace Relay.Server.Mesh;

/// <summary>Connects to other relays as a client with mesh rights. Thread safe.</summary>
public interface IMeshDialer
{
    /// <summary>Connects, and returns once the other relay has sent its ServerInfo. Must end by itself within seconds.</summary>
    /// <exception cref="MeshException">It did not come to that; the message says why in one line.</exception>
    Task<MeshLine> DialAsync(MeshMember member, CancellationToken cancellationToken);
}
