using Relay.Client;
using Relay.Protocol.Keys;

namespace Relay.Agent.Up.Relays;

/// <summary>A relay, and the loop that stays connected to it.</summary>
internal sealed class RelayLink : IAsyncDisposable
{
    // A relay that is restarted should have its pairs back within moments; that many attempts harm nobody.
    private static readonly TimeSpan ReconnectLimit = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(1);

    private readonly RelayClient _client;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly IRelayEvents _events;
    private volatile bool _leaving;
    private Task _loop = Task.CompletedTask;

    internal RelayLink(int region, string name, RelayEndpoint endpoint, NodePrivateKey key, IRelayEvents events, TimeProvider time)
    {
        (Region, Name, _events, _time) = (region, name, events, time);
        _client = new RelayClient(endpoint, new RelayClientOptions
        {
            PrivateKey = key,
            UseEnvironmentProxy = true,
            ReconnectLimit = ReconnectLimit,
            TimeProvider = time,
        });
        _client.StateChanged += (_, change) =>
        {
            if (change.State == RelayState.Connected) _leaving = false;
            _events.Changed(this, change.State, change.Cause?.Message);
        };
    }

    internal int Region { get; }

    internal string Name { get; }

    internal bool IsConnected => _client.Connection is not null;

    /// <summary>Connected, and not about to restart.</summary>
    internal bool IsSteady => IsConnected && !_leaving;

    /// <summary>What was last said about it, by whoever says things.</summary>
    internal (RelayState State, string? Why) LastSaid { get; set; }

    internal RelayConnection? Connection => _client.Connection;

    internal void Start() => _loop = Task.Run(RunAsync);

    internal void TryPost(NodeKey key, ReadOnlyMemory<byte> packet) => _client.TryPost(key, packet);

    internal void Flush() => _client.Flush();

    /// <summary>A packet alone.</summary>
    internal void Send(NodeKey key, ReadOnlyMemory<byte> packet)
    {
        if (_client.TryPost(key, packet)) _client.Flush();
    }

    internal Task NotePreferredAsync(bool preferred) => _client.NotePreferredAsync(preferred).AsTask();

    internal void Reconnect() => _client.Reconnect();

    /// <summary>The round trip to it; null when there is none within a second.</summary>
    internal async Task<TimeSpan?> PingAsync()
    {
        using var limit = new CancellationTokenSource(CheckTimeout, _time);
        try
        {
            return await _client.PingAsync(limit.Token);
        }
        catch (Exception e) when (e is RelayException or OperationCanceledException or ObjectDisposedException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _client.DisposeAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var writer = _events.CreateWriter();
        try
        {
            while (true)
            {
                var receive = _client.ReceiveAsync(_stop.Token);
                if (!receive.IsCompleted) writer.Flush();
                var message = await receive;
                switch (message.Kind)
                {
                    case RelayMessageKind.Packet:
                        _events.Received(this, message.Key, message.Payload, writer);
                        break;
                    case RelayMessageKind.PeerGone:
                        _events.PeerGone(this, message.Key);
                        break;
                    case RelayMessageKind.Restarting:
                        _leaving = true;
                        _events.Changed(this, RelayState.Connected, "it is about to restart");
                        break;
                    default:
                        break;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            writer.Flush();
        }
    }
}
