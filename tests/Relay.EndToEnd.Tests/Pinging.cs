using System.Globalization;
using Relay.Client;
using Relay.Protocol.Keys;

namespace Relay.EndToEnd.Tests;

/// <summary>A client that asks its relay for an answer a hundred times a second, and notes how long each takes.</summary>
internal sealed class Pinging(RelayEndpoint relay) : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private readonly NodePrivateKey _key = NodePrivateKey.Generate();

    /// <summary>Asks for so long.</summary>
    public async Task<Times> RunAsync(TimeSpan length)
    {
        await using var client = await RelayConnection.ConnectAsync(relay, new RelayClientOptions { PrivateKey = _key });
        using var over = new CancellationTokenSource();
        var receiving = ReceiveAsync(client, over.Token);
        var began = TimeProvider.System.GetTimestamp();
        var times = new List<TimeSpan>();
        using var timer = new PeriodicTimer(Pace, TimeProvider.System);
        while (TimeProvider.System.GetElapsedTime(began) < length && await timer.WaitForNextTickAsync(CancellationToken.None)) times.Add(await client.PingAsync(CancellationToken.None));
        await over.CancelAsync();
        await receiving;
        times.Sort();
        return new Times(times[times.Count / 2], times[times.Count * 99 / 100], times[^1]);
    }

    public void Dispose() => _key.Dispose();

    private static async Task ReceiveAsync(RelayConnection client, CancellationToken over)
    {
        try
        {
            while (true) await client.ReceiveAsync(over);
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    internal sealed record Times(TimeSpan Median, TimeSpan NinetyNinth, TimeSpan Longest)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Median.TotalMilliseconds:0.0} ms (median), {NinetyNinth.TotalMilliseconds:0.0} ms (p99), {Longest.TotalMilliseconds:0.0} ms (longest)");
    }
}
