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
}
