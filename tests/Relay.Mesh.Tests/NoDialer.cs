using Relay.Server.Mesh;

namespace Relay.Mesh.Tests;

/// <summary>Reaches nobody.</summary>
internal sealed class NoDialer : IMeshDialer
{
    public Task<MeshLine> DialAsync(MeshMember member, CancellationToken cancellationToken) =>
        Task.FromException<MeshLine>(new MeshException("nobody is there"));
}
