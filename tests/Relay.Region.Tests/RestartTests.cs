using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Region.Tests;

public sealed class RestartTests(ITestOutputHelper output)
{
    private const int Pairs = 200;
    private const int LonePairs = 50;

    // What a lone relay's clients may take once it is back.
    private static readonly TimeSpan ComeBack = TimeSpan.FromSeconds(5);

    /// <summary>
    /// One of two relays is restarted under the traffic of 200 pairs that are spread over both: its clients are told, stand on
    /// the other relay before they leave it, and no pair is without data for longer than a second.
    /// </summary>
    [Fact]
    public async Task ToldRestart_NobodyIsWithoutDataForLongerThanASecond()
    {
        await using var region = await TestRegion.StartMeshAsync(2);
        await RestartUnderTrafficAsync(region, _ => Task.CompletedTask, () => Task.CompletedTask);
    }

    /// <summary>The same where the relays know of each other's clients from Redis.</summary>
    [Fact]
    public async Task ToldRestart_OfRelaysThatShareARedis_HarmsNobodyEither()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var region = await TestRegion.StartClusterAsync(2, redis.Url.OriginalString);
        await RestartUnderTrafficAsync(region, _ => Task.CompletedTask, () => Task.CompletedTask);
    }

    /// <summary>The same while the operator changes the admission list and the rates on both relays: the one that drains hears of it, and nobody suffers.</summary>
    [Fact]
    public async Task ToldRestart_WhileListAndRatesChange_HarmsNobodyEither()
    {
        Requires.Linux();
        using var list = new AdmissionListFile();
        using var settings = new SettingsFile();
        await using var region = await TestRegion.StartMeshAsync(2, "--admit", $"file:{list.Path}", "--config", settings.Path);
        await RestartUnderTrafficAsync(
            region,
            async keys =>
            {
                list.Add(keys);
                await ReloadAsync();
            },
            async () =>
            {
                using var newcomer = NodePrivateKey.Generate();
                list.Rate = "1Gbit";
                list.Add(newcomer.Public);
                settings.WriteRate(SettingsFile.FirstRate / 2);
                await ReloadAsync();
                Assert.Equal(1, (await region[0].MetricsAsync()).Sum("relay_draining"));
            });

        async Task ReloadAsync()
        {
            foreach (var relay in region.Running) await list.ReloadAsync(relay);
        }
    }

    /// <summary>
    /// A relay that has no other one beside it: its clients are without data for as long as the restart takes, which a busy
    /// machine decides. This shows how long, and that all of them come back then.
    /// </summary>
    [Fact]
    public async Task LoneRelay_Restarted_HasItsClientsBackInSeconds()
    {
        await using var region = await TestRegion.StartAsync(1);
        var pairs = Enumerable.Range(0, LonePairs).Select(_ => new SteadyPair(region, 0, 0)).ToList();
        try
        {
            foreach (var some in pairs.Chunk(10)) await Task.WhenAll(some.Select(pair => pair.StartAsync()));
            var ends = pairs.SelectMany(pair => pair.Ends).ToList();
            await ReceivedAsync(ends, 5, "the traffic to flow");
            var began = TimeProvider.System.GetTimestamp();
            Assert.Equal(0, await region.StopAsync(0));
            await region.RestartAsync(0);
            var restart = TimeProvider.System.GetElapsedTime(began);
            await ReceivedAsync(ends, 5, "the traffic to flow after the restart");
            var gaps = Gaps(ends, $"a lone relay, restarted in {restart.TotalSeconds:0.0} s");
            Assert.All(ends, end => Assert.Equal(1, end.Told));
            Assert.InRange(gaps[^1], 100, (restart + ComeBack).TotalMilliseconds);
        }
        finally
        {
            foreach (var pair in pairs) await pair.DisposeAsync();
        }
    }

    private List<double> Gaps(List<SteadyPair.End> ends, string what)
    {
        var gaps = ends.Select(end => end.LongestGap.TotalMilliseconds).Order().ToList();
        output.WriteLine($"{what}: longest time without data: {gaps[gaps.Count / 2]:0} ms (median), {gaps[(int)(gaps.Count * 0.99)]:0} ms (p99), {gaps[^1]:0} ms (longest)");
        return gaps;
    }

    private async Task RestartUnderTrafficAsync(TestRegion region, Func<IEnumerable<NodeKey>, Task> before, Func<Task> meanwhile)
    {
        var pairs = Enumerable.Range(0, Pairs).Select(i => new SteadyPair(region, i % 2, i / 2 % 2)).ToList();
        try
        {
            var ends = pairs.SelectMany(pair => pair.Ends).ToList();
            await before(ends.Select(end => end.Key.Public));
            foreach (var some in pairs.Chunk(10)) await Task.WhenAll(some.Select(pair => pair.StartAsync()));
            await ReceivedAsync(ends, 5, "the traffic to flow");
            Gaps(ends, "while all connected");
            foreach (var end in ends) end.ForgetGaps();

            var old = region[0];
            var stopping = region.StopAsync(0);
            await Eventually.True(async () => await old.ReadyAsync() == (503, "draining"), "readiness to say no");
            await meanwhile();
            Assert.Equal(0, await stopping);
            Assert.DoesNotContain("does not answer", old.Errors, StringComparison.Ordinal);
            await region.RestartAsync(0);
            await ReceivedAsync(ends, 10, "the traffic to flow after the restart");

            var gaps = Gaps(ends, "one of two relays");
            Assert.All(ends, end => Assert.Equal(end.Relay == 0 ? 1 : 0, end.Told));

            // They have elsewhere to go and are served until then: so they may take their time, and need not all come at once.
            Assert.True(ends.Max(end => end.ToldIn) > TimeSpan.FromSeconds(2), "all were sent away at once");
            Assert.All(ends, end => Assert.Equal(0, end.Losses));
            Assert.All(ends, end => Assert.Equal("relay1.test", end.Client.Connection?.Name.Split(':')[0]));
            Assert.True(gaps[^1] <= 1000, $"{gaps[^1]:0} ms without data");
        }
        finally
        {
            foreach (var pair in pairs) await pair.DisposeAsync();
        }
    }

    // Each of them so many more packets.
    private static async Task ReceivedAsync(List<SteadyPair.End> ends, int more, string what)
    {
        var before = ends.Select(end => end.Received).ToList();
        await Eventually.True(() => ends.Zip(before).All(pair => pair.First.Received >= pair.Second + more), what, TimeSpan.FromSeconds(30));
    }
}
