using System.Buffers.Binary;
using Relay.Protocol.Keys;
using Relay.Stun.Messages;

namespace Relay.Paths.Tests.Simulation;

/// <summary>A machine with an engine, a socket, and WireGuard in the form of numbered packets.</summary>
internal sealed class SimNode : ISimHost, IPathSink, IDisposable
{
    // Where WireGuard has its session index, which tells the receiver whose packet it is.
    private const int SessionAt = 4;

    private readonly NodePrivateKey _key;
    private TimeSpan _timerAt = TimeSpan.MaxValue;

    public SimNode(SimNetwork network, string name, SimNat? nat, params TransportAddress[] addresses)
    {
        (Network, Name, Nat, Addresses) = (network, name, nat, [.. addresses]);
        var secret = new byte[32];
        network.Random.NextBytes(secret);
        _key = NodePrivateKey.FromBytes(secret);
        Engine = NewEngine();
        network.Relay.Attach(this);
        foreach (var address in Addresses) Plug(address);
    }

    public SimNetwork Network { get; }

    public string Name { get; }

    public NodeKey Key => _key.Public;

    public SimNat? Nat { get; private set; }

    public List<TransportAddress> Addresses { get; private set; }

    public List<TransportAddress> PortMappings { get; } = [];

    public PathEngine Engine { get; private set; }

    public List<(TimeSpan At, PathChange Change)> Changes { get; } = [];

    /// <summary>Probes and answers sent over UDP, and control packets through the relay.</summary>
    public List<TimeSpan> ControlSent { get; } = [];

    /// <summary>Where those went that went over UDP.</summary>
    public List<TransportAddress> SentTo { get; } = [];

    /// <summary>Takes packets for the relay; true when it did.</summary>
    public Func<NodeKey, byte[], bool>? Intercept { get; set; }

    public Dictionary<NodeKey, SimFlow> FlowsIn { get; } = [];

    /// <summary>Tells the engine about the network, as at its start.</summary>
    public void Start()
    {
        Engine.SetNetwork(Network.Now, Describe());
        Arm();
    }

    public PeerPath Add(SimNode peer) => Engine.AddPeer(peer.Key);

    public PeerPath PathTo(SimNode peer) => Engine.Peers.Single(path => path.Key == peer.Key);

    public PathStatus Status(SimNode peer) => Engine.Describe(Network.Now, PathTo(peer));

    /// <summary>The process is started anew: everything it knew is gone, its peers are not.</summary>
    public void Restart()
    {
        var peers = Engine.Peers.Select(path => path.Key).ToList();
        Engine.Dispose();
        Engine = NewEngine();
        peers.ForEach(peer => Engine.AddPeer(peer));
        Start();
    }

    /// <summary>Takes the machine to another place in the network.</summary>
    public void Move(SimNat? nat, params TransportAddress[] addresses)
    {
        foreach (var address in Addresses) Unplug(address);
        (Nat, Addresses) = (nat, [.. addresses]);
        foreach (var address in Addresses) Plug(address);
        Start();
    }

    public void SendData(PeerPath path, long number, int size)
    {
        var packet = new byte[Math.Max(size, 32)];
        packet[0] = 4;
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(SessionAt), SessionOf(Key));
        BinaryPrimitives.WriteInt64LittleEndian(packet.AsSpan(8), number);
        var route = path.Route;
        if (route.UsesDirect) Transmit(route.Direct, packet);
        if (route.UsesRelay) Relay(path.Key, packet);
        if (path.CountSent(route, 1, packet.Length)) Engine.Wake(Network.Now, path);
        Arm();
    }

    public void Receive(TransportAddress from, TransportAddress to, byte[] datagram)
    {
        if (PathEngine.IsControl(datagram)) Engine.OnDatagram(Network.Now, from, datagram);
        else if ((Engine.PeerAt(from) ?? PeerBySession(datagram)) is { } path)
        {
            if (Engine.PeerAt(from) is null && path.HeardElsewhere()) Engine.OnElsewhere(Network.Now, path, from);
            path.CountReceivedDirect(1, datagram.Length);
            Deliver(path.Key, datagram, direct: true);
        }

        Arm();
    }

    public void ReceiveRelayed(NodeKey from, byte[] packet)
    {
        var path = Engine.Peers.FirstOrDefault(p => p.Key == from);
        if (path is null) return;
        if (PathEngine.IsControl(packet)) Engine.OnRelayed(Network.Now, from, packet);
        else
        {
            if (path.CountReceivedRelayed(1, packet.Length)) Engine.Wake(Network.Now, path);
            Deliver(from, packet, direct: false);
        }

        Arm();
    }

    public void PeerGone(NodeKey peer)
    {
        Engine.OnPeerGone(Network.Now, peer);
        Arm();
    }

    public void SendDatagram(TransportAddress address, ReadOnlySpan<byte> datagram)
    {
        ControlSent.Add(Network.Now);
        SentTo.Add(address);
        Transmit(address, datagram.ToArray());
    }

    public void SendRelayed(NodeKey peer, ReadOnlySpan<byte> packet) => Relay(peer, packet.ToArray());

    public void PathChanged(PathChange change) => Changes.Add((Network.Now, change));

    public void Arm()
    {
        var due = Engine.NextDeadline;
        if (due >= _timerAt || due == TimeSpan.MaxValue) return;
        _timerAt = due;
        Network.Schedule(due > Network.Now ? due - Network.Now : TimeSpan.Zero, () =>
        {
            if (_timerAt != due) return;
            _timerAt = TimeSpan.MaxValue;
            if (Engine.NextDeadline <= Network.Now) Engine.OnTimer(Network.Now);
            Arm();
        });
    }

    public void Dispose()
    {
        Engine.Dispose();
        _key.Dispose();
    }

    private PathEngine NewEngine() => new(_key, this, new PathOptions());

    private LocalNetwork Describe() => new() { Addresses = [.. Addresses], PortMappings = [.. PortMappings], StunServers = Network.Stun };

    private void Transmit(TransportAddress to, byte[] datagram)
    {
        var from = Addresses.Find(address => address.Family == to.Family);
        if (from.Family == 0) return;
        if (Nat is not null && from.Family == StunAddressFamily.IPv4) Nat.SendOut(from, to, datagram);
        else Network.Carry(from, to, datagram);
    }

    private void Relay(NodeKey peer, byte[] packet)
    {
        if (Intercept?.Invoke(peer, packet) != true) Network.Relay.Carry(this, peer, packet);
    }

    // As the agent does it by WireGuard's session index.
    private PeerPath? PeerBySession(byte[] datagram) =>
        Engine.Peers.FirstOrDefault(p => SessionOf(p.Key) == BinaryPrimitives.ReadUInt32LittleEndian(datagram.AsSpan(SessionAt)));

    private static uint SessionOf(NodeKey sender)
    {
        Span<byte> key = stackalloc byte[NodeKey.Size];
        sender.CopyTo(key);
        return BinaryPrimitives.ReadUInt32LittleEndian(key);
    }

    private void Deliver(NodeKey from, byte[] packet, bool direct)
    {
        if (FlowsIn.TryGetValue(from, out var flow)) flow.Received(Network.Now, BinaryPrimitives.ReadInt64LittleEndian(packet.AsSpan(8)), direct);
    }

    private void Plug(TransportAddress address)
    {
        if (Nat is not null && address.Family == StunAddressFamily.IPv4) Nat.Attach(address, this);
        else Network.Attach(address, this);
    }

    private void Unplug(TransportAddress address)
    {
        if (Nat is not null && address.Family == StunAddressFamily.IPv4) Nat.Detach(address);
        else Network.Detach(address);
    }
}
