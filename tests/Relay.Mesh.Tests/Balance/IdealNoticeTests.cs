using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;
using Relay.Server;
using Relay.Server.Admission;
using Relay.Server.Mesh;
using Relay.Testing;
using Accepted = Relay.Server.Connections.RelayConnection;

namespace Relay.Mesh.Tests.Balance;

/// <summary>From the header that this library's client sends to the text that its user reads.</summary>
public sealed class IdealNoticeTests
{
    [Fact]
    public async Task ClientOnItsSecondNode_ReadsThatTheFirstLives_AndWhenItDoesNot()
    {
        var time = new FakeTimeProvider();
        var presence = new Presence { Neighbours = [new Neighbour("n0", 3)] };
        using var key = NodePrivateKey.Generate();
        await using var server = new RelayServer(
            new RelayOptions { NotIdealAfter = TimeSpan.FromSeconds(30) }, key, new OpenAdmission(), time, NullLogger<RelayServer>.Instance);
        await using var mesh = new RelayMesh(server, new NoDialer(), new MeshOptions { Watch = false }, NullLogger<RelayMesh>.Instance, presence);
        var (near, far) = DuplexStream.CreatePair();
        var serving = ServeAsync(server, far);
        using var clientKey = NodePrivateKey.Generate();
        await using (var client = await Eventually.Done(
            RelayConnection.ConnectOverAsync(near, Region(), new RelayClientOptions { PrivateKey = clientKey, Transport = RelayTransport.Raw }, TestContext.Current.CancellationToken),
            "the relay to admit the client"))
        {
            var message = client.ReceiveAsync(TestContext.Current.CancellationToken).AsTask();
            for (var beat = 0; beat < 4 * 32; beat++) time.Advance(TimeSpan.FromMilliseconds(250));
            Assert.Equal(
                "this client is not on its first node of the region, n0, which is up: packets may take one more hop until the client connects anew",
                (await Eventually.Done(message, "the notice")).ReadHealth());

            presence.Neighbours = [];
            message = client.ReceiveAsync(TestContext.Current.CancellationToken).AsTask();
            for (var beat = 0; beat < 8; beat++) time.Advance(TimeSpan.FromMilliseconds(250));
            var over = await Eventually.Done(message, "the end of it");
            Assert.Equal((RelayMessageKind.Health, null), (over.Kind, over.ReadHealth()));
        }

        await Eventually.Done(serving, "the session to end");
    }

    // The first node is for STUN only here, so that the library takes the second.
    private static RelayEndpoint Region() => RelayEndpoint.FromRegion(
        new DerpRegion
        {
            RegionID = 900,
            RegionCode = "test",
            Nodes = [new DerpNode { Name = "n0", HostName = "n0.test", STUNOnly = true }, new DerpNode { Name = "n1", HostName = "n1.test" }],
        },
        plainHttp: true);

    private static async Task ServeAsync(RelayServer server, DuplexStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        await server.ServeAsync(new Accepted
        {
            Stream = stream,
            Greeting = Encoding.ASCII.GetBytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: DERP\r\nConnection: Upgrade\r\n\r\n"),
            IdealNode = head.ToString().Split("\r\n").Single(line => line.StartsWith("Ideal-Node: ", StringComparison.Ordinal))["Ideal-Node: ".Length..],
            Abort = stream.Abort,
        });
        await stream.DisposeAsync();
    }

    private sealed class Presence : IPresence
    {
        public IReadOnlyList<Neighbour>? Neighbours { get; set; }

        public void Here(NodeKey key)
        {
        }

        public void Gone(NodeKey key)
        {
        }

        public void Find(NodeKey key)
        {
        }

        public void HeardFrom(NodeKey key, NodeKey relay)
        {
        }

        public void Mistaken(NodeKey key, MeshMember member)
        {
        }
    }
}
