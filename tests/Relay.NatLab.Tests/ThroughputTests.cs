using Relay.NatLab.Tests.Lab;
using Relay.Testing.Namespaces;

namespace Relay.NatLab.Tests;

/// <summary>The agent must not be what slows WireGuard down.</summary>
[Collection("lab")]
public sealed class ThroughputTests
{
    private const int Seconds = 6;
    private const int Rounds = 3;

    [Fact]
    public async Task DirectPath_ThroughTheAgent_IsFourFifthsAsFastAsWithoutAtLeast()
    {
        await using var lab = await LabInternet.CreateAsync();
        var hosts = new List<NetworkNamespace>();
        for (var i = 21; i < 25; i++) hosts.Add(await lab.Internet.AddHostAsync($"h{i}", $"203.0.113.{i}/24"));

        // WireGuard alone, on two machines like the others.
        await using var plainA = await LabNode.CreateAsync(hosts[0], "10.98.0.1");
        await using var plainB = await LabNode.CreateAsync(hosts[1], "10.98.0.2");
        await plainA.AddPeerAsync(plainB, "203.0.113.22:51820");
        await plainB.AddPeerAsync(plainA, "203.0.113.21:51820");

        var pair = await lab.AddPairAsync(hosts[2], hosts[3]);
        await pair.StartAgentsAsync();
        var ping = pair.A.StartPing(pair.B, 0.1);
        await pair.DirectAsync();
        await pair.SettledAsync();
        await ping.StopAsync();

        var (plain, agent) = (new LabIperf(plainA, plainB), new LabIperf(pair.A, pair.B));
        var (without, with, cpu) = (new List<double>(), new List<double>(), 0.0);
        for (var i = 0; i < Rounds; i++)
        {
            without.Add(await plain.RunAsync(Seconds));
            var before = IdleTests.CpuSeconds(pair.A) + IdleTests.CpuSeconds(pair.B);
            with.Add(await agent.RunAsync(Seconds));
            cpu += IdleTests.CpuSeconds(pair.A) + IdleTests.CpuSeconds(pair.B) - before;
        }

        await plain.StopAsync();
        await agent.StopAsync();
        var ratio = Median(with) / Median(without);
        LabResults.Measured($"iperf3, one TCP connection, {Rounds} x {Seconds} s in turn: {Median(with):0} Mbit/s through the agents, {Median(without):0} Mbit/s with wireguard-go alone, ratio {ratio:0.00}; both agents together used {cpu / (Rounds * Seconds):0.00} of a core");
        Assert.True(ratio >= 0.8, $"{Median(with):0} of {Median(without):0} Mbit/s");

        // With all cores busy a pong may be late, and the path is doubted for a moment: it must not stay so.
        await pair.SettledAsync();
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);
}
