using System.Buffers.Binary;
using System.Net;
using Relay.Agent.Up.Data;
using Relay.Protocol.Keys;
using Relay.Stun.Messages;
using Relay.Udp;

namespace Relay.Agent.Tests.Up;

/// <summary>The data plane alone: what comes in is made here, in batches as a busy socket would bring them.</summary>
public sealed class DataPlaneTests : IAsyncDisposable
{
    private const uint Session = 7;
    private const int WireGuardPort = 51820;

    private static readonly TransportAddress PeersAddress = Address("192.0.2.1:1"), StrangersAddress = Address("192.0.2.2:2");

    private readonly NodePrivateKey _peer = NodePrivateKey.Generate();
    private readonly AgentParts _parts = new();
    private readonly PeerLink _link;
    private readonly DataPlane _plane;
    private readonly Recorder _recorder = new();

    public DataPlaneTests()
    {
        var (peers, side) = (new PeerTable(), new WireGuardSide());
        _link = new PeerLink(_parts.Paths.AddPeer(_peer.Public), _parts.Relays.Network, UdpSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0)));
        peers.Add(_link);
        side.Set(WireGuardPort);
        _plane = new DataPlane(_parts.Paths, _parts.Relays, _parts.Outer, peers, side, new EchoService(TimeProvider.System));
        // A handshake that our WireGuard begins: from now on its index says whose packet it is.
        _plane.FromWireGuard(_link, new Batch((Address($"127.0.0.1:{WireGuardPort}"), Packet(1, 148, 4))), _recorder);
    }

    [Theory]
    [InlineData("s p")]
    [InlineData("p s p s")]
    [InlineData("s s p p s s p")]
    public void FromOutside_StrangersAmongAPeersPackets_AreCountedApart(string batch)
    {
        var packets = batch.Split(' ').Select(who => who == "p" ? (PeersAddress, Packet(4, 64, 4)) : (StrangersAddress, Packet(4, 64, 4, session: 99))).ToArray();
        _plane.FromOutside(new Batch(packets), _recorder);
        var ofPeer = batch.Count(who => who == 'p');
        Assert.Equal(ofPeer, _recorder.Count);
        Assert.Equal(ofPeer, _link.Path.Traffic.ReceivedDirect);
        Assert.Equal(64 * ofPeer, _link.Path.Traffic.BytesReceivedDirect);
        Assert.Equal(batch.Count(who => who == 's'), _plane.Strangers);
    }

    public async ValueTask DisposeAsync()
    {
        _link.Dispose();
        await _parts.DisposeAsync();
        _peer.Dispose();
    }

    private static TransportAddress Address(string text) => TransportAddress.From(IPEndPoint.Parse(text));

    private static byte[] Packet(byte type, int length, int indexAt, uint session = Session)
    {
        var packet = FakeWireGuard.Packet(type, length, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(indexAt), session);
        return packet;
    }

    private sealed class Batch(params (TransportAddress Source, byte[] Packet)[] packets) : IDatagramReader
    {
        private int _next;

        public bool Receive() => _next < packets.Length;

        public bool TryNext(out Memory<byte> datagram, out TransportAddress source)
        {
            var there = Receive();
            (source, datagram) = there ? packets[_next++] : default;
            return there;
        }
    }

    private sealed class Recorder : IDatagramWriter
    {
        public int Count { get; private set; }

        public void Add(UdpSocket socket, in TransportAddress target, ReadOnlySpan<byte> datagram) => Count++;

        public void Flush()
        {
            // Nothing is kept.
        }
    }
}
