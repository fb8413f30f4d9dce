using Relay.Server.Mesh;

namespace Relay.Mesh.Tests;

/// <summary>For relays that send each other no packet, and so need no link.</summary>
internal sealed class NoDialer : IMeshDialer
{
    public Task<MeshLine> DialAsync(MeshMember member, CancellationToken cancellationToken) => throw new MeshException("there are no sockets");
}
