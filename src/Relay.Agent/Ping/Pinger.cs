using Relay.Client;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;

namespace Relay.Agent.Ping;

/// <summary>Sends requests to one key and waits for their replies.</summary>
/// <param name="connection">The connection to the relay.</param>
/// <param name="peer">The key.</param>
/// <param name="time">The clock.</param>
/// <param name="isSelf">The key is the connection's own: there is nobody else to answer.</param>
internal sealed class Pinger(RelayConnection connection, NodeKey peer, TimeProvider time, bool isSelf = false)
{
    // A reply that takes longer is lost: nobody would call a path usable that is slower.
    private static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(3);

    private Task<RelayMessage>? _receiving;

    /// <summary>The relay said that the peer is not connected to it.</summary>
    internal bool NotHere { get; private set; }

    /// <summary>The time until the reply with this number came; null when none came in time.</summary>
    internal async Task<TimeSpan?> PingAsync(int number, int size, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(ReplyTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
        var sent = time.GetTimestamp();
        var request = EchoPacket.MakeRequest(number, size);
        await connection.SendAsync(peer, isSelf ? EchoPacket.MakeReply(request)! : request, stop);
        try
        {
            while (true)
            {
                var message = await NextAsync(either.Token);
                if (message.Key != peer) continue;
                if (message.Kind == RelayMessageKind.PeerGone) NotHere = true;
                if (message.Kind == RelayMessageKind.Packet && EchoPacket.TryReadReply(message.Payload.Span, out var answered) && answered == number)
                    return time.GetElapsedTime(sent);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>
    /// Asks the relay whether it knows the peer: it answers a discovery message to a key that is not there, and nothing else.
    /// The message is an empty one that no node understands.
    /// </summary>
    internal async Task<bool> IsHereAsync(CancellationToken stop)
    {
        var disco = new byte[6 + 32 + 24];
        "TS💬"u8.CopyTo(disco);
        await connection.SendAsync(peer, disco, stop);

        // The relay handles frames in order: once the ping is back, the notice would have been sent.
        var pinged = connection.PingAsync(stop);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var receiving = ReceiveUntilAsync(message => message.Kind == RelayMessageKind.PeerGone && message.GoneReason == PeerGoneReason.NotHere && message.Key == peer, done.Token);
        await Task.WhenAny(receiving, pinged);
        if (!receiving.IsCompleted) await done.CancelAsync();
        NotHere = await receiving;
        return !NotHere;
    }

    private async Task<bool> ReceiveUntilAsync(Func<RelayMessage, bool> isIt, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                if (isIt(await NextAsync(stop))) return true;
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // A receive that is cancelled ends a WebSocket: one that is waited for no longer is left to the next who waits.
    private async Task<RelayMessage> NextAsync(CancellationToken stop)
    {
        _receiving ??= connection.ReceiveAsync(CancellationToken.None).AsTask();
        var message = await _receiving.WaitAsync(stop);
        _receiving = null;
        return message;
    }
}
