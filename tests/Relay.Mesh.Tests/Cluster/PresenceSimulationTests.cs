using Relay.Protocol.Keys;

namespace Relay.Mesh.Tests.Cluster;

/// <summary>
/// The races of docs/presence.md, thousands of times: clients connect, move, leave dead connections behind, two relays hear of
/// it late and in different orders, relays crash, the store goes away, comes back, and comes back empty. When it is quiet
/// again, everybody must be found, by the second packet at the latest, and no packet may ever have gone on from its second relay.
/// </summary>
public sealed class PresenceSimulationTests
{
    private const int Clients = 12;

    public static IEnumerable<TheoryDataRow<int>> Seeds => Enumerable.Range(1, 40).Select(block => new TheoryDataRow<int>(block));

    [Theory, MemberData(nameof(Seeds))]
    public void Region_AfterAnyHistory_FindsEverybody(int block)
    {
        for (var seed = block * 50; seed < block * 50 + 50; seed++) Run(seed);
    }

    private static void Run(int seed)
    {
        var world = new SimWorld(seed);
        for (var i = 0; i < 4; i++) world.AddRelay();
        var keys = Enumerable.Range(1, Clients).Select(i => new NodeKey([(byte)i, .. new byte[31]])).ToArray();
        for (var step = 0; step < 120; step++)
        {
            Disturb(world, keys);
            world.Run(world.Random.Next(0, 400));
        }

        // All is well again: leases have ended, dead connections are noticed, and everything under way has arrived.
        if (!world.Store.Available) world.EndOutage(flushed: false);
        world.Run(120_000);
        foreach (var (relay, key) in world.Relays.SelectMany(relay => keys.Select(key => (relay, key))))
        {
            // What is believed is right, before a packet shows that it is not.
            if (relay.Table.PlaceOf(key) is { } place)
                Assert.True(place == world.Homes.GetValueOrDefault(key)?.Id, $"seed {seed}: {relay.Id} believes {key} at {place}; it is at {world.Homes.GetValueOrDefault(key)?.Id}");
        }

        foreach (var relay in world.Relays)
        {
            Assert.True(relay.Table.CheckConsistency() is [], $"seed {seed}: {string.Join("; ", relay.Table.CheckConsistency())}");
            foreach (var key in keys) CheckFound(world, seed, relay, key);
        }
    }

    private static void CheckFound(SimWorld world, int seed, SimRelay from, NodeKey key)
    {
        var home = world.Homes.GetValueOrDefault(key);
        for (var attempt = 0; ; attempt++)
        {
            var (hops, arrived) = world.Send(from, key);
            Assert.True(hops <= 1, $"seed {seed}: {hops} hops");
            world.Run(2500);
            if (arrived == (home is not null) && (home is null || home == from || from.Table.PlaceOf(key) == home.Id)) return;
            Assert.True(attempt < 1, $"seed {seed}: {from.Id} sends packets for {key} to {from.Table.PlaceOf(key)}; it is at {home?.Id}");
        }
    }

    private static void Disturb(SimWorld world, NodeKey[] keys)
    {
        var random = world.Random;
        var (key, relay) = (keys[random.Next(keys.Length)], world.Relays[random.Next(world.Relays.Count)]);
        switch (random.Next(20))
        {
            case < 8:
                world.Connect(key, relay, oldOneHangs: random.Next(2) == 0);
                break;
            case < 11:
                world.Disconnect(key);
                break;
            case < 17:
                world.Send(relay, key);
                break;
            case 17 when world.Relays.Count > 2:
                world.Crash(relay);
                world.After(random.Next(1, 20_000), () => world.AddRelay());
                break;
            case 18 when world.Store.Available:
                world.Store.Available = false;
                world.After(random.Next(1, 8_000), () => world.EndOutage(flushed: random.Next(2) == 0));
                break;
        }
    }
}
