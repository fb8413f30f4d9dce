using Relay.Client;
using Relay.Protocol.Keys;

namespace Relay.Region.Tests;

/// <summary>Two clients that send to each other at a steady pace, whatever happens, and note the longest time without data.</summary>
internal sealed class SteadyPair : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _enough = new();
    private readonly End[] _ends;
    private readonly List<Task> _running = [];

    public SteadyPair(TestRegion region, int relayOfOne, int relayOfOther) => _ends = [new End(region, relayOfOne), new End(region, relayOfOther)];

    public IReadOnlyList<End> Ends => _ends;

    public async Task StartAsync()
    {
        await Task.WhenAll(_ends.Select(end => end.Client.ConnectAsync()));
        _running.AddRange(_ends.Select(end => Task.Run(end.ReceiveAsync)));
        _running.Add(Task.Run(SendAsync));
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        foreach (var end in _ends) await end.DisposeAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _enough.Dispose();
    }

    private async Task SendAsync()
    {
        using var timer = new PeriodicTimer(Pace, TimeProvider.System);
        while (await timer.WaitForNextTickAsync(_enough.Token))
        {
            await _ends[0].Client.SendAsync(_ends[1].Key.Public, new byte[120]);
            await _ends[1].Client.SendAsync(_ends[0].Key.Public, new byte[120]);
        }
    }

    internal sealed class End : IAsyncDisposable
    {
        private long _lastAt;

        public End(TestRegion region, int relay)
        {
            Relay = relay;
            Client = new RelayClient(region.EndpointFrom(relay), region.OptionsOf(Key));
            Client.StateChanged += (_, change) =>
            {
                if (change.State == RelayState.Waiting) Losses++;
            };
        }

        public NodePrivateKey Key { get; } = NodePrivateKey.Generate();

        public RelayClient Client { get; }

        /// <summary>Where it was first.</summary>
        public int Relay { get; }

        /// <summary>Times that its relay said that it restarts.</summary>
        public int Told { get; private set; }

        /// <summary>When it was told to come back.</summary>
        public TimeSpan ToldIn { get; private set; }

        /// <summary>Times that it was without a connection.</summary>
        public int Losses { get; private set; }

        public int Received { get; private set; }

        /// <summary>The longest time without data so far.</summary>
        public TimeSpan LongestGap { get; private set; }

        /// <summary>What was until now does not count any more.</summary>
        public void ForgetGaps() => LongestGap = TimeSpan.Zero;

        public async Task ReceiveAsync()
        {
            while (true)
            {
                var message = await Client.ReceiveAsync();
                if (message.Kind == RelayMessageKind.Restarting) (Told, ToldIn) = (Told + 1, message.ReconnectIn);
                if (message.Kind != RelayMessageKind.Packet) continue;
                var now = TimeProvider.System.GetTimestamp();
                if (_lastAt != 0 && TimeProvider.System.GetElapsedTime(_lastAt, now) is var gap && gap > LongestGap) LongestGap = gap;
                _lastAt = now;
                Received++;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            Key.Dispose();
        }
    }
}
