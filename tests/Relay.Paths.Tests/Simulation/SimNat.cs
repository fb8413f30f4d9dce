using Relay.Stun.Messages;

namespace Relay.Paths.Tests.Simulation;

/// <summary>A router as RFC 4787 classifies them: how it maps what goes out, and what it lets in.</summary>
internal sealed class SimNat(SimNetwork network, string publicIp, NatClass kind) : ISimHost
{
    private readonly Dictionary<(TransportAddress Inside, TransportAddress Key), (TransportAddress Outside, TimeSpan UsedAt)> _mappings = [];
    private readonly Dictionary<TransportAddress, TransportAddress> _inside = [];
    private readonly Dictionary<(TransportAddress Outside, TransportAddress Key), TimeSpan> _allowed = [];
    private readonly Dictionary<TransportAddress, ISimHost> _lan = [];

    public NatClass Kind { get; set; } = kind;

    /// <summary>How long an unused mapping lives.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>Whether those behind it reach each other by its public address.</summary>
    public bool Hairpins { get; set; } = true;

    public TransportAddress Public { get; } = SimNetwork.At(publicIp, 0);

    public void Attach(TransportAddress inside, ISimHost host) => _lan[inside.WithPort(0)] = host;

    public void Detach(TransportAddress inside) => _lan.Remove(inside.WithPort(0));

    /// <summary>A port that a port mapping protocol opened.</summary>
    public TransportAddress Open(TransportAddress inside)
    {
        var outside = Public.WithPort(FreePort());
        _mappings[(inside, default)] = (outside, TimeSpan.MaxValue);
        _inside[outside] = inside;
        return outside;
    }

    /// <summary>The router restarted: all it knew is gone.</summary>
    public void Flush()
    {
        _mappings.Clear();
        _inside.Clear();
        _allowed.Clear();
    }

    public void SendOut(TransportAddress inside, TransportAddress to, byte[] datagram)
    {
        if (_lan.TryGetValue(to.WithPort(0), out var neighbour))
        {
            network.Schedule(TimeSpan.FromMilliseconds(0.2), () => neighbour.Receive(inside, to, datagram));
            return;
        }

        if (Kind == NatClass.Blocked) return;
        var outside = Map(inside, to);
        _allowed[(outside, FilterKey(to))] = network.Now;
        if (to.WithPort(0) != Public) network.Carry(outside, to, datagram);
        else if (Hairpins) network.Schedule(TimeSpan.FromMilliseconds(0.4), () => Receive(outside, to, datagram));
    }

    public void Receive(TransportAddress from, TransportAddress to, byte[] datagram)
    {
        if (Kind == NatClass.Blocked || !_inside.TryGetValue(to, out var inside) || !LetsIn(from, to)) return;
        if (_lan.TryGetValue(inside.WithPort(0), out var host)) host.Receive(from, inside, datagram);
    }

    private TransportAddress Map(TransportAddress inside, TransportAddress to)
    {
        if (_mappings.TryGetValue((inside, default), out var open) && open.UsedAt == TimeSpan.MaxValue) return open.Outside;
        var key = Kind switch
        {
            NatClass.SymmetricByAddress => to.WithPort(0),
            NatClass.Symmetric => to,
            _ => default,
        };
        var alive = _mappings.TryGetValue((inside, key), out var known) && network.Now - known.UsedAt < Lifetime;
        var outside = alive ? known.Outside : Public.WithPort(FreePort());
        _mappings[(inside, key)] = (outside, network.Now);
        _inside[outside] = inside;
        return outside;
    }

    private bool LetsIn(TransportAddress from, TransportAddress to)
    {
        if (Kind is NatClass.FullCone || _mappings.Values.Any(m => m.Outside == to && m.UsedAt == TimeSpan.MaxValue)) return true;
        return _allowed.TryGetValue((to, FilterKey(from)), out var at) && network.Now - at < Lifetime;
    }

    private TransportAddress FilterKey(TransportAddress remote) => Kind switch
    {
        NatClass.FullCone => default,
        NatClass.AddressRestricted => remote.WithPort(0),
        _ => remote,
    };

    private ushort FreePort()
    {
        while (true)
        {
            var port = (ushort)network.Random.Next(20000, 60000);
            if (!_inside.ContainsKey(Public.WithPort(port))) return port;
        }
    }
}
