using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Relay.Mesh.Members;
using Relay.Protocol.Keys;
using Relay.Server;
using Relay.Server.Admission;
using Relay.Server.Mesh;
using Relay.Testing;

namespace Relay.Mesh.Tests.Members;

public sealed class MeshRosterTests
{
    [Fact]
    public async Task LookUp_ThatMeetsAFault_ComesAgain()
    {
        var time = new FakeTimeProvider();
        using var key = NodePrivateKey.Generate();
        await using var relay = new RelayServer(new RelayOptions(), key, new OpenAdmission(), time, NullLogger<RelayServer>.Instance);
        await using var mesh = new RelayMesh(relay, new NoDialer(), new MeshOptions(), NullLogger<RelayMesh>.Instance);
        var lookUps = 0;
        await using var roster = new MeshRoster(
            mesh, [new MeshTarget("b.example.com", 443, "b.example.com")], time, NullLogger<MeshRoster>.Instance,
            (_, _) => ++lookUps == 1 ? throw new InvalidOperationException("a fault") : Task.FromResult<IPAddress[]>([IPAddress.Loopback]));

        await Eventually.True(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return mesh.Links.Count == 1;
            },
            "the member to be looked up again");

        Assert.Equal("b.example.com", mesh.Links[0].Name);
    }
}
