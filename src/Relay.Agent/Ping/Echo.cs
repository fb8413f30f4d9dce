using Relay.Client;

namespace Relay.Agent.Ping;

/// <summary>Sends requests back to whoever asks.</summary>
internal static class Echo
{
    /// <summary>Answers until the connection ends or <paramref name="stop"/>; <paramref name="answered"/> hears of each answer.</summary>
    internal static async Task RunAsync(RelayConnection connection, Action<RelayMessage>? answered, CancellationToken stop)
    {
        while (true)
        {
            var message = await connection.ReceiveAsync(stop);
            if (message.Kind != RelayMessageKind.Packet || EchoPacket.MakeReply(message.Payload.Span) is not { } reply) continue;
            await connection.SendAsync(message.Key, reply, stop);
            answered?.Invoke(message);
        }
    }
}
