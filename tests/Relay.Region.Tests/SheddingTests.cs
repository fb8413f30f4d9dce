using Relay.Testing;

namespace Relay.Region.Tests;

public sealed class SheddingTests(ITestOutputHelper output)
{
    private const int Mark = 20;
    private const int Pairs = 15;

    /// <summary>
    /// All clients came to one relay of two: those it has too many move to the other, under traffic, and stay there. What is
    /// too many, the relays are told while they run.
    /// </summary>
    [Fact]
    public async Task OverfullRelay_ClientsMoveToTheOtherWithoutALoss()
    {
        using var settings = new SettingsFile();
        await using var region = await TestRegion.StartMeshAsync(2, "--config", settings.Path);
        var pairs = Enumerable.Range(0, Pairs).Select(_ => new SteadyPair(region, 0, 0)).ToList();
        try
        {
            await Task.WhenAll(pairs.Select(pair => pair.StartAsync()));
            settings.Write($"{{ \"rate\": {SettingsFile.FirstRate}, \"shed-above\": {Mark} }}");
            foreach (var relay in region.Running) await relay.SignalAsync("HUP");
            var ends = pairs.SelectMany(pair => pair.Ends).ToList();
            await Eventually.True(() => ends.Count(end => IsOn(end, 1)) == (2 * Pairs) - Mark, "ten clients to move", TimeSpan.FromSeconds(60));
            // The other relay is one, too.
            await Eventually.True(async () => (await region[0].MetricsAsync()).Sum("relay_clients") == Mark + 1, "them to leave their old relay");

            Assert.Equal(Mark, ends.Count(end => IsOn(end, 0)));
            Assert.Equal((2 * Pairs) - Mark, await region.SumAsync("relay_clients_shed_total"));
            Assert.Equal((2 * Pairs) - Mark, await region.SumAsync("relay_clients_not_ideal"));
            Assert.All(ends, end => Assert.Equal((0, IsOn(end, 1) ? 1 : 0), (end.Losses, end.Told)));
            Assert.Contains($"More than {Mark} clients: {2 * Pairs}. Asking {(2 * Pairs) - Mark} ", region.Logs(), StringComparison.Ordinal);
            output.WriteLine($"longest time without data: {ends.Max(end => end.LongestGap).TotalMilliseconds:0} ms");
            Assert.All(ends, end => Assert.True(end.LongestGap < TimeSpan.FromSeconds(1), $"{end.LongestGap} without data"));
        }
        finally
        {
            foreach (var pair in pairs) await pair.DisposeAsync();
        }
    }

    private static bool IsOn(SteadyPair.End end, int relay) =>
        end.Client.Connection?.Name.StartsWith($"relay{relay}.test", StringComparison.Ordinal) ?? false;
}
