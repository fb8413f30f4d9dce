using Relay.Stun.Messages;

namespace Relay.Paths.Tests.Simulation;

/// <summary>
/// A network in simulated time: sites with machines behind NATs, two STUN servers, a relay, links that delay, lose and
/// reorder. Everything random comes from one seed, so that a run can be had again.
/// </summary>
internal sealed class SimNetwork
{
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _events = new();
    private readonly Dictionary<TransportAddress, ISimHost> _hosts = [];
    private long _order;

    public SimNetwork(int seed)
    {
        Random = new Random(seed);
        Relay = new SimRelay(this);
        Stun = [At("198.51.100.1", 3478), At("198.51.100.2", 3478)];
    }

    public Random Random { get; }

    public TimeSpan Now { get; private set; } = TimeSpan.FromSeconds(1000);

    public SimRelay Relay { get; }

    public List<TransportAddress> Stun { get; }

    /// <summary>One way, between any two sites.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>As much more, evenly spread, for each packet by itself: what comes later may overtake.</summary>
    public TimeSpan Jitter { get; set; }

    /// <summary>Between which public addresses it takes a tenth of the time.</summary>
    public Func<TransportAddress, TransportAddress, bool>? Faster { get; set; }

    public double Loss { get; set; }

    /// <summary>Drops packets between sites for which it holds: the public source and destination, and the bytes.</summary>
    public Func<TransportAddress, TransportAddress, byte[], bool>? Drop { get; set; }

    /// <summary>What the STUN servers say instead of the truth.</summary>
    public Func<TransportAddress>? StunLie { get; set; }

    public static TransportAddress At(string ip, int port) => TransportAddress.From(new(System.Net.IPAddress.Parse(ip), port));

    public void Schedule(TimeSpan after, Action action) => _events.Enqueue(action, (Now + after, _order++));

    public void Run(double seconds)
    {
        var end = Now + TimeSpan.FromSeconds(seconds);
        while (_events.TryPeek(out var action, out var key) && key.At <= end)
        {
            _events.Dequeue();
            Now = key.At;
            action();
        }

        Now = end;
    }

    /// <summary>Who has an address: its port does not matter.</summary>
    public void Attach(TransportAddress address, ISimHost host) => _hosts[address.WithPort(0)] = host;

    public void Detach(TransportAddress address) => _hosts.Remove(address.WithPort(0));

    /// <summary>Carries a datagram between public addresses.</summary>
    public void Carry(TransportAddress from, TransportAddress to, byte[] datagram)
    {
        if (Drop?.Invoke(from, to, datagram) == true || Random.NextDouble() < Loss) return;
        var delay = Faster?.Invoke(from, to) == true ? Delay / 10 : Delay;
        Schedule(delay + Jitter * Random.NextDouble(), () =>
        {
            if (Stun.Contains(to)) AnswerStun(from, to, datagram);
            else if (_hosts.TryGetValue(to.WithPort(0), out var host)) host.Receive(from, to, datagram);
        });
    }

    private void AnswerStun(TransportAddress from, TransportAddress to, byte[] request)
    {
        var (response, seen) = (new byte[32], (StunLie?.Invoke() ?? from).ToIPEndPoint());
        if (from.Family != StunAddressFamily.IPv4 || request.Length != StunRequest.Size) return;
        // | 0101 | 12 | cookie | id (12) | 0001 | 8 | 0 | family | port | address |
        (response[1], response[0], response[3]) = (1, 1, 12);
        request.AsSpan(4, 16).CopyTo(response.AsSpan(4));
        (response[21], response[23], response[25]) = (1, 8, 1);
        (response[26], response[27]) = ((byte)(seen.Port >> 8), (byte)seen.Port);
        seen.Address.TryWriteBytes(response.AsSpan(28), out _);
        Carry(to, from, response);
    }
}

/// <summary>Something with an address on the simulated internet.</summary>
internal interface ISimHost
{
    void Receive(TransportAddress from, TransportAddress to, byte[] datagram);
}
