using System.Collections.Concurrent;
using System.Security.Cryptography;
using Relay.Agent.Ping;
using Relay.Protocol.Keys;

namespace Relay.Agent.Up.Data;

/// <summary>
/// <c>relay ping</c> between two agents: a small packet that takes the peer's present route, and an answer that comes back
/// the way the question came.
/// </summary>
internal sealed class EchoService(TimeProvider time)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<int, (NodeKey Peer, TaskCompletionSource<string> Answer)> _waiting = new();

    /// <summary>The round trip, and the address or the relay that the answer came from; null when none came.</summary>
    internal async Task<(TimeSpan Time, string Via)?> PingAsync(PeerLink link, int size, Action<ReadOnlyMemory<byte>> send, CancellationToken stop)
    {
        var number = RandomNumberGenerator.GetInt32(int.MaxValue);
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[number] = (link.Key, answer);
        try
        {
            var sent = time.GetTimestamp();
            send(EchoPacket.MakeRequest(number, size));
            var via = await answer.Task.WaitAsync(Timeout, time, stop);
            return (time.GetElapsedTime(sent), via);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            _waiting.TryRemove(number, out _);
        }
    }

    /// <summary>A packet of a peer that is neither WireGuard's nor a probe.</summary>
    internal void Received(PeerLink link, ReadOnlySpan<byte> packet, string via, Action<ReadOnlyMemory<byte>> send)
    {
        if (EchoPacket.MakeReply(packet) is { } reply) send(reply);
        else if (EchoPacket.TryReadReply(packet, out var number) && _waiting.TryGetValue(number, out var ping) && ping.Peer == link.Key) ping.Answer.TrySetResult(via);
    }
}
