using System.Threading.Channels;
using Relay.Agent.Up.Network;
using Relay.Testing;

namespace Relay.Agent.Tests.Up;

/// <summary>Notices of the network, when the test says so.</summary>
internal sealed class TestWatch : INetworkWatch
{
    private readonly Channel<NetworkEvents> _events = Channel.CreateUnbounded<NetworkEvents>();
    private int _asked;

    /// <summary>Gives a notice, and waits until all that comes of it has been done.</summary>
    public async Task SayAsync(NetworkEvents events)
    {
        await Eventually.True(() => Volatile.Read(ref _asked) > 0, "somebody to watch");
        var before = Volatile.Read(ref _asked);
        _events.Writer.TryWrite(events);
        await Eventually.True(() => Volatile.Read(ref _asked) > before, "the next look");
    }

    public async Task<NetworkEvents> NextAsync(CancellationToken stop)
    {
        Interlocked.Increment(ref _asked);
        return await _events.Reader.ReadAsync(stop);
    }

    public void Dispose() => _events.Writer.TryComplete();
}
