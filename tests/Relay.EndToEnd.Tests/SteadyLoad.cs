using Relay.Client;
using Relay.Protocol.Keys;

namespace Relay.EndToEnd.Tests;

/// <summary>Two clients that talk, one that also writes to a key that nobody has, until it is disposed of.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    /// <summary>How many there are.</summary>
    public const int Clients = 2;

    private readonly CancellationTokenSource _over = new();
    private readonly NodePrivateKey[] _keys = [NodePrivateKey.Generate(), NodePrivateKey.Generate()];
    private readonly NodePrivateKey _nobody = NodePrivateKey.Generate();
    private readonly List<RelayConnection> _ends = [];
    private readonly List<Task> _working = [];

    private SteadyLoad()
    {
    }

    /// <summary>The key that sends most.</summary>
    public NodeKey Busiest => _keys[0].Public;

    public static async Task<SteadyLoad> StartAsync(RelayEndpoint relay)
    {
        var load = new SteadyLoad();
        foreach (var key in load._keys) load._ends.Add(await RelayConnection.ConnectAsync(relay, new RelayClientOptions { PrivateKey = key }));
        load._working.Add(load.SendAsync(0, packets: 8, bytes: 1200));
        load._working.Add(load.SendAsync(1, packets: 1, bytes: 100));
        foreach (var end in load._ends) load._working.Add(load.ReceiveAsync(end));
        return load;
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        foreach (var end in _ends) await end.DisposeAsync();
        await Task.WhenAll(_working);
        foreach (var key in _keys.Append(_nobody)) key.Dispose();
        _over.Dispose();
    }

    private async Task SendAsync(int from, int packets, int bytes)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        var packet = new byte[bytes];
        try
        {
            while (await pace.WaitForNextTickAsync(_over.Token))
            {
                for (var i = 0; i < packets; i++) await _ends[from].SendAsync(_keys[1 - from].Public, packet);
                if (from == 0) await _ends[from].SendAsync(_nobody.Public, packet);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or RelayException or ObjectDisposedException)
        {
            // The relay stops, or the test is over.
        }
    }

    private async Task ReceiveAsync(RelayConnection end)
    {
        try
        {
            while (!_over.IsCancellationRequested) await end.ReceiveAsync(_over.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or RelayException or ObjectDisposedException)
        {
            // The relay stops, or the test is over.
        }
    }
}
