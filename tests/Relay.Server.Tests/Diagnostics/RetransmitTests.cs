using System.Net;
using System.Net.Sockets;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Server.Connections;
using Relay.Server.Tests.Transport;
using Relay.Server.Transport;
using Relay.Testing;
using Relay.Testing.Namespaces;

namespace Relay.Server.Tests.Diagnostics;

/// <summary>A line that loses what the relay sends, in a network of the test's own.</summary>
public sealed class RetransmitTests
{
    [Fact]
    public async Task SegmentsThatALineLoses_AreCountedAsSentAgain()
    {
        Requires.Tool("nft");
        await using var line = await NetworkNamespace.CreateAsync("lossy");
        var (ours, peer, port) = line.Make(Connect);
        await using var pair = new SocketPair(SocketPair.Serve(ours, TimeProvider.System, Engine.Machine), peer);
        await using var relay = new TestRelay();
        using var key = NodePrivateKey.Generate();
        var session = relay.Server.ServeAsync(new RelayConnection { Stream = pair.Ours, Socket = pair.Ours, Abort = pair.Ours.Abort });
        await pair.Peer.SendAsync(new ClientInfo().ToFrame(key, relay.Key.Public));
        await Eventually.True(() => relay.Server.Snapshot().Clients == 1, "the client to be there");
        relay.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(0, relay.Server.SegmentsSentAgain);

        await line.AddRulesAsync($"table ip lossy {{\n chain arriving {{\n type filter hook input priority 0; policy accept;\n tcp sport {port} drop\n }}\n}}\n");
        var sent = relay.Server.SegmentsSent;
        await Eventually.True(
            () =>
            {
                // The keep-alive is what the line loses.
                relay.Advance(TimeSpan.FromSeconds(30));
                return relay.Server.SegmentsSentAgain > 0;
            },
            "a segment to be sent again");
        Assert.InRange(relay.Server.SegmentsSentAgain, 1, relay.Server.SegmentsSent - sent);
        pair.Ours.Abort();
        await Eventually.Done(session, "the session to end");
    }

    private static (Socket Ours, Socket Peer, int Port) Connect()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        peer.Connect(listener.LocalEndPoint!);
        var ours = listener.Accept();
        ListenSocket.Configure(ours, new SocketTransportOptions());
        return (ours, peer, ((IPEndPoint)listener.LocalEndPoint!).Port);
    }
}
