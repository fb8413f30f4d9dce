using System.Net;
using System.Net.Sockets;
using Relay.Stun.Messages;

namespace Relay.Agent.Maps;

/// <summary>Whether a STUN server answers.</summary>
internal static class StunQuery
{
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(300);
    private const int Tries = 5;

    /// <summary>Asks up to five times in a second and a half.</summary>
    internal static async Task<bool> AnswersAsync(IPAddress address, int port, CancellationToken stop)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        var id = StunTransactionId.NewRandom();
        var request = new byte[StunRequest.Size];
        StunRequest.Write(request, id);
        var buffer = new byte[1500];
        try
        {
            await socket.ConnectAsync(address, port, stop);
            for (var i = 0; i < Tries; i++)
            {
                await socket.SendAsync(request, stop);
                using var wait = CancellationTokenSource.CreateLinkedTokenSource(stop);
                wait.CancelAfter(Spacing);
                try
                {
                    var length = await socket.ReceiveAsync(buffer, wait.Token);
                    if (StunResponse.Parse(buffer.AsSpan(0, length), out var response) == StunResponseStatus.Success && response.TransactionId == id) return true;
                }
                catch (OperationCanceledException) when (!stop.IsCancellationRequested)
                {
                    // Ask again.
                }
            }
        }
        catch (SocketException)
        {
            // Nobody listens there, or there is no way to that family.
        }

        return false;
    }
}
