using System.Globalization;
using Relay.NatLab.Tests.Lab;
using Relay.Testing.Namespaces;

namespace Relay.NatLab.Tests;

/// <summary>Ten minutes in which next to nothing happens, beside the other tests.</summary>
[Collection("idle")]
public sealed class IdleTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("RELAY_LAB_IDLE_SECONDS") ?? "600", CultureInfo.InvariantCulture));

    [Fact]
    public async Task TenMinutes_OfIdlenessAndOfLittle_BringNoFlapAndFewPackets()
    {
        await using var lab = await LabInternet.CreateAsync();
        var sites = new List<NatSite>();
        for (var i = 21; i < 25; i++) sites.Add(await lab.Internet.AddSiteAsync(NatClass.Masquerade, i));
        var idle = await lab.AddPairAsync(sites[0].Host, sites[1].Host);
        var busy = await lab.AddPairAsync(sites[2].Host, sites[3].Host);
        foreach (var pair in new[] { idle, busy })
        {
            await pair.StartAgentsAsync();
            var first = pair.A.StartPing(pair.B, 0.2);
            await pair.DirectAsync();
            await pair.SettledAsync();
            await first.StopAsync();
        }

        var ping = busy.A.StartPing(busy.B, 1);
        var packets = await PacketsAsync(sites[0].Host);
        var (moves, pings) = (busy.A.Events.Count(e => e.Name == "path"), ping.Replies.Count);
        await Task.Delay(Length, TimeProvider.System);
        var sent = await PacketsAsync(sites[0].Host) - packets;
        LabResults.Measured($"idle pair, {Length.TotalMinutes:0} minutes: {sent} packets to and from the machine in all (relay, STUN, probes); cpu {CpuSeconds(idle.A):0.00} s since its start");
        LabResults.Measured($"pair with a ping a second, {Length.TotalMinutes:0} minutes: {ping.Replies.Count - pings} answered, {ping.Lost()} lost, {busy.A.Events.Count(e => e.Name == "path") - moves} changes of path");
        await ping.StopAsync();
        Assert.Equal(moves, busy.A.Events.Count(e => e.Name == "path"));
        Assert.Equal(0, ping.Lost());
        Assert.DoesNotContain(idle.A.Events, e => e.IsPath("relay") && e.Fields["reason"] != "nothing to send");

        // And a pair that was idle is there at once.
        var again = idle.A.StartPing(idle.B, 0.05);
        Assert.InRange(await again.FirstReplyAsync() - again.Started, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        await again.MoreAsync(20);
        await again.StopAsync();
        Assert.Equal(0, again.Lost());
    }

    internal static double CpuSeconds(LabNode node)
    {
        node.Agent.Refresh();
        return node.Agent.TotalProcessorTime.TotalSeconds;
    }

    private static async Task<long> PacketsAsync(NetworkNamespace host)
    {
        var counts = await host.RunAsync("cat", "/sys/class/net/eth0/statistics/rx_packets", "/sys/class/net/eth0/statistics/tx_packets");
        return counts.Split('\n', StringSplitOptions.RemoveEmptyEntries).Sum(l => long.Parse(l, CultureInfo.InvariantCulture));
    }
}
