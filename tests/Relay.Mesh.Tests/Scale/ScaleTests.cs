using System.Globalization;
using Relay.Mesh.Redis;
using Relay.Testing;
using StackExchange.Redis;

namespace Relay.Mesh.Tests.Scale;

/// <summary>
/// How far a region goes: many relays, with all that they have but sockets, and a real Redis, on one machine. What it prints
/// stands in docs/presence.md, from <c>RELAY_SCALE=100x1000000 dotnet test -c Release tests/Relay.Mesh.Tests --filter Scale</c>.
/// </summary>
public sealed class ScaleTests(ITestOutputHelper output)
{
    // On a machine that has other things to do.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Region_OfManyRelaysAndClients_IsToldAndFindsInTime()
    {
        var (relays, clients) = Size();
        var spread = TimeSpan.FromSeconds(clients < 100_000 ? 2 : 5);
        await using var redis = await RedisServer.StartAsync();
        var options = RedisUrl.Parse(redis.Url);
        options.AllowAdmin = true; // to ask how it does
        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync(options);
        var server = multiplexer.GetServers()[0];
        var watch = new NewsWatch();
        var subscriber = multiplexer.GetSubscriber();
        await Eventually.True(() => subscriber.IsConnected(), "the connection for news to be up");
        (await subscriber.SubscribeAsync(RedisChannel.Literal("{relay:900}:news"))).OnMessage(message => watch.Hear((byte[])message.Message!));
        await using var region = new ScaleRegion(relays, clients, redis.Url, watch);
        await region.KnownAsync();

        var load = await RedisLoad.TakeAsync(server, watch);
        await region.ConnectAllAsync();
        var filled = await RedisLoad.TakeAsync(server, watch);
        var bytes = (filled.Memory - load.Memory) / (double)clients;
        output.WriteLine($"{relays} relays, {clients} clients connect: {filled.Since(load, relays)}");
        output.WriteLine($"{bytes:0} bytes of Redis's memory a client, {(filled.Memory - load.Memory) / 1e6:0.0} MB");
        Assert.InRange(bytes, 40, 300); // with few clients, buffers of connections stand out

        var questions = await region.AskAllAsync();
        var asked = await RedisLoad.TakeAsync(server, watch);
        output.WriteLine($"{questions} look-ups for groups of {ScaleRegion.Group}: {asked.Since(filled, relays)}");
        output.WriteLine($"{questions / (asked.RedisCpu - filled.RedisCpu):0} look-ups a second of Redis's time; {region.Known} places cached; {region.PairsInUse()} of {relays * (relays - 1)} pairs of relays in use");
        Assert.Equal(0, region.Unanswered);

        var idle = await RedisLoad.TakeAsync(server, watch);
        await Task.Delay(spread, TimeProvider.System);
        output.WriteLine($"nobody moves: {(await RedisLoad.TakeAsync(server, watch)).Since(idle, relays)}");
        foreach (var moves in Rates(clients))
        {
            var before = (Load: await RedisLoad.TakeAsync(server, watch), region.Lookups);
            await region.MoveAsync(moves, spread);
            var after = await RedisLoad.TakeAsync(server, watch);
            output.WriteLine($"{moves} moves a second, {region.Lookups - before.Lookups} look-ups: {after.Since(before.Load, relays)}");
            output.WriteLine($"       {(after.RedisCpu - before.Load.RedisCpu) * 1e6 / (moves * spread.TotalSeconds):0} µs of Redis and {(after.OwnCpu - before.Load.OwnCpu) * 1e6 / (moves * spread.TotalSeconds):0} µs of all relays a move; {Delays(watch)}");

            // However much happens, a relay sends ten messages a second (or full ones).
            Assert.True(after.News - before.Load.News <= relays * 11 * (after.At - before.Load.At).TotalSeconds);
        }

        var unmoved = await RedisLoad.TakeAsync(server, watch);
        var moved = await region.RestartAsync(0, spread);
        output.WriteLine($"a restart, {moved} clients move within {spread.TotalSeconds} s: {(await RedisLoad.TakeAsync(server, watch)).Since(unmoved, relays)}; {Delays(watch)}");

        var rebuilds = region.Rebuilds;
        var since = TimeProvider.System.GetTimestamp();
        await redis.CommandAsync("FLUSHALL");
        await region.RebuiltAsync(rebuilds);
        output.WriteLine($"Redis was flushed: all told again after {TimeProvider.System.GetElapsedTime(since).TotalSeconds:0.0} s");
        await region.ToldAsync();
        output.WriteLine($"{region.Unanswered} look-ups were not answered in time");
    }

    private static string Delays(NewsWatch watch)
    {
        var all = watch.Take();
        Assert.NotEmpty(all);
        Assert.True(all[(int)(all.Count * 0.99)] < Soon.TotalMilliseconds, $"news take {all[(int)(all.Count * 0.99)]:0} ms");
        return $"known to others after {all[all.Count / 2]:0} ms (median), {all[(int)(all.Count * 0.99)]:0} ms (p99), {all[^1]:0} ms (last)";
    }

    private static (int Relays, int Clients) Size()
    {
        var parts = (Environment.GetEnvironmentVariable("RELAY_SCALE") ?? "10x20000").Split('x');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    // Each client once an hour, and more until it hurts.
    private static int[] Rates(int clients) => clients < 100_000 ? [500] : [clients / 3600, 1000, 4000];
}
