using Relay.Testing;
using Relay.Testing.Namespaces;

namespace Relay.NatLab.Tests.Lab;

/// <summary>A small internet with a relay in it, and pairs of machines that find each other.</summary>
internal sealed class LabInternet : IAsyncDisposable
{
    internal const string RelayAddress = "203.0.113.10", SecondAddress = "203.0.113.11", OtherRelayAddress = "203.0.113.12";

    private readonly List<IAsyncDisposable> _parts = [];
    private int _node;

    private LabInternet(TestInternet internet) => Internet = internet;

    internal TestInternet Internet { get; }

    internal LabRelay Relay { get; private set; } = null!;

    internal string Map { get; set; } = "";

    internal static async Task<LabInternet> CreateAsync()
    {
        foreach (var tool in new[] { "wireguard-go", "wg", "ping", "iperf3" }) Requires.Tool(tool);
        var lab = new LabInternet(await TestInternet.CreateAsync());
        var host = await lab.Internet.AddHostAsync("relay", $"{RelayAddress}/24", $"{SecondAddress}/24", "2001:db8::10/64", "2001:db8::11/64");
        lab.Relay = await LabRelay.StartAsync(host, 900, RelayAddress, SecondAddress);
        lab._parts.Add(lab.Relay);
        lab.Map = lab.Relay.WriteMap();
        return lab;
    }

    /// <summary>A second relay, in a region of its own, in the map beside the first.</summary>
    internal async Task<LabRelay> AddRelayAsync()
    {
        var host = await Internet.AddHostAsync("relay2", $"{OtherRelayAddress}/24");
        var relay = await LabRelay.StartAsync(host, 901, OtherRelayAddress);
        _parts.Add(relay);
        Map = Relay.WriteMap(relay);
        return relay;
    }

    /// <summary>WireGuard on two machines that know each other's keys, and no agents yet.</summary>
    internal async Task<LabPair> AddPairAsync(NetworkNamespace a, NetworkNamespace b)
    {
        var number = Interlocked.Increment(ref _node);
        var (first, second) = (await LabNode.CreateAsync(a, $"10.99.{number}.1"), await LabNode.CreateAsync(b, $"10.99.{number}.2"));
        await first.AddPeerAsync(second);
        await second.AddPeerAsync(first);
        var pair = new LabPair(this, first, second);
        lock (_parts) _parts.Add(pair);
        return pair;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(_parts)) await part.DisposeAsync();
        await Internet.DisposeAsync();
    }
}
