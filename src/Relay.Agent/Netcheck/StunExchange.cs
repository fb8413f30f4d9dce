using System.Net;
using System.Net.Sockets;
using Relay.Client;
using Relay.Stun.Messages;

namespace Relay.Agent.Netcheck;

/// <summary>One socket that asks STUN servers one after the other, with wishes about the way back (RFC 5780).</summary>
internal sealed class StunExchange : IDisposable
{
    private const int Tries = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] _buffer = new byte[1500];
    private readonly TimeProvider _time;

    internal StunExchange(TimeProvider time)
    {
        _time = time;
        _socket.Bind(new IPEndPoint(IPAddress.Any, 0));
    }

    /// <summary>
    /// Asks for an answer from <paramref name="from"/>, three times within 1.2 s. Null when there was none, or a refusal: the
    /// server cannot answer from there.
    /// </summary>
    internal async Task<StunResponse?> AskAsync(IPEndPoint server, StunOrigin from, CancellationToken stop)
    {
        var asked = new HashSet<StunTransactionId>();
        for (var i = 0; i < Tries; i++)
        {
            var id = StunTransactionId.NewRandom();
            asked.Add(id);
            var request = new byte[StunRequest.ChangeSize];
            StunRequest.WriteChange(request, id, from);
            using var limit = new Deadline(Patience, _time, stop);
            try
            {
                await _socket.SendToAsync(request, server, limit.Token);
                while (true)
                {
                    var received = await _socket.ReceiveFromAsync(_buffer, new IPEndPoint(IPAddress.Any, 0), limit.Token);
                    var status = StunResponse.Parse(_buffer.AsSpan(0, received.ReceivedBytes), out var response);
                    if (!asked.Contains(response.TransactionId)) continue;
                    if (status == StunResponseStatus.Success) return response;
                    if (status == StunResponseStatus.Error) return null;
                }
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                // Ask again.
            }
            catch (SocketException)
            {
                return null;
            }
        }

        return null;
    }

    public void Dispose() => _socket.Dispose();
}
