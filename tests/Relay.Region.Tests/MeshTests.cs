using Relay.Testing;

namespace Relay.Region.Tests;

public sealed class MeshTests(ITestOutputHelper output)
{
    private const int Clients = 300;

    /// <summary>Three relays, 300 clients at random places, each sends to each: nothing is lost, and nothing takes more than one hop.</summary>
    [Fact]
    public async Task AllToAll_OverThreeRelays_LosesNothing()
    {
        await using var region = await TestRegion.StartMeshAsync(3);
        var random = new Random(20261125);
        await using var crowd = await Crowd.ConnectAsync(region, Clients, _ => random.Next(3));
        await Eventually.True(async () => await region.SumAsync("relay_mesh_link_keys") >= 2 * Clients, "all relays to know all clients");

        await crowd.AllToAllAsync();

        const long Sent = Clients * (Clients - 1);
        Assert.All(crowd.Members, member => Assert.Equal(Clients - 1, member.Received));
        var places = crowd.Members.CountBy(member => member.Relay).ToDictionary();
        var crossing = places.Sum(place => (long)place.Value * (Clients - place.Value));
        output.WriteLine($"{Sent} packets, {crossing} of them between relays");
        Assert.Equal(crossing, await region.SumAsync("relay_mesh_forwarded_out_packets_total"));
        Assert.Equal(crossing, await region.SumAsync("relay_mesh_forwarded_in_packets_total"));
        Assert.Equal(0, await region.SumAsync("relay_packets_dropped_total") + await region.SumAsync("relay_mesh_dropped_packets_total"));
    }

    /// <summary>
    /// One of three relays is killed: its clients are back on the others within 3 s (99 of 100), five seconds later everybody
    /// reaches everybody, and those on the other relays notice nothing.
    /// </summary>
    [Fact]
    public async Task KilledRelay_ItsClientsAreBackAndTheOthersUndisturbed()
    {
        await using var region = await TestRegion.StartMeshAsync(3);
        await using var crowd = await Crowd.ConnectAsync(region, Clients, index => index % 3);
        await Eventually.True(async () => await region.SumAsync("relay_mesh_link_keys") >= 2 * Clients, "all relays to know all clients");
        var (hit, spared) = (crowd.Members.Where(member => member.Relay == 2).ToList(), crowd.Members.Where(member => member.Relay != 2).ToList());
        using var enough = new CancellationTokenSource();
        var traffic = spared.Chunk(2).Select(pair => pair[0].ChatAsync(pair[1], enough.Token)).ToList();

        var calls = CallAsync(spared, hit, enough.Token);

        var killed = TimeProvider.System.GetTimestamp();
        await region.KillAsync(2);
        await Eventually.True(() => hit.All(member => member.ConnectedAt > killed), "all clients of the killed relay to be back");
        var back = hit.Select(member => TimeProvider.System.GetElapsedTime(killed, member.ConnectedAt)).Order().ToList();
        output.WriteLine($"back after {back[back.Count / 2].TotalSeconds:0.00} s (median), {back[^2].TotalSeconds:0.00} s (p99), {back[^1].TotalSeconds:0.00} s (last)");
        Assert.True(back[(int)(back.Count * 0.99) - 1] < TimeSpan.FromSeconds(3), $"p99 is {back[(int)(back.Count * 0.99) - 1].TotalSeconds:0.0} s");

        // Exactly: a route to the killed relay that somebody still had would be one too many.
        await Eventually.True(
            async () => await region.SumAsync("relay_mesh_link_keys") == Clients,
            "the others to know where they are, and of nobody where he was",
            TimeSpan.FromSeconds(5) - TimeProvider.System.GetElapsedTime(killed));
        await enough.CancelAsync();
        var (chatted, called) = ((await Task.WhenAll(traffic)).Sum(), await calls);
        output.WriteLine($"{chatted} packets of others meanwhile, none lost; {called} to clients of the killed relay");

        // One hop and no loop: no more was forwarded than clients sent to clients of another relay.
        Assert.InRange(await region.SumAsync("relay_mesh_forwarded_out_packets_total"), chatted, chatted + called);
        await crowd.AllToAllAsync();
        await region.RestartAsync(2);
        await Eventually.True(async () => await region.SumAsync("relay_mesh_link_state{state=\"up\"}") == 6, "the relay to be linked again");
    }

    // From all to all, some a second; those who just move are not reached.
    private static async Task<int> CallAsync(List<Crowd.Member> from, List<Crowd.Member> to, CancellationToken enough)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        var packets = 0;
        for (var round = 0; !enough.IsCancellationRequested; round++)
        {
            for (var i = 0; i < from.Count; i++, packets++) await from[i].TrySendAsync(to[(i + round) % to.Count]);
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }

        return packets;
    }
}
