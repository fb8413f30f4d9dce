using System.Net;
using System.Net.Sockets;
using Relay.Stun.Messages;

namespace Relay.Agent.Netcheck;

/// <summary>
/// Asks many STUN servers from one socket, as a WireGuard client would: only so does it show whether the NAT gives that
/// socket the same address towards all of them (spec/stun.md 4).
/// </summary>
internal sealed class StunProbe(AddressFamily family, TimeProvider time)
{
    private static readonly TimeSpan[] SendAt = [TimeSpan.Zero, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(200)];
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(3);

    private readonly Dictionary<StunTransactionId, (IPEndPoint Server, long Sent)> _asked = [];
    private readonly Dictionary<IPEndPoint, StunReply> _replies = [];
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();

    /// <summary>Sends up to three requests to each server and returns who answered. Ends early when all did; at most 3 s.</summary>
    internal async Task<IReadOnlyDictionary<IPEndPoint, StunReply>> RunAsync(IReadOnlyCollection<IPEndPoint> servers, CancellationToken stop)
    {
        if (servers.Count == 0) return _replies;
        using var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var receiving = ReceiveAsync(socket, servers.Count, over.Token);
        using var limit = new CancellationTokenSource(Round, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            await SendAllAsync(socket, servers, ended.Token);
            await _all.Task.WaitAsync(ended.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Whoever has not answered by now is out of reach.
        }

        await over.CancelAsync();
        await receiving;
        lock (_gate) return new Dictionary<IPEndPoint, StunReply>(_replies);
    }

    private async Task SendAllAsync(Socket socket, IReadOnlyCollection<IPEndPoint> servers, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        foreach (var at in SendAt)
        {
            var wait = at - time.GetElapsedTime(started);
            if (wait > TimeSpan.Zero) await Task.WhenAny(_all.Task, Task.Delay(wait, time, stop));
            foreach (var server in servers) await AskAsync(socket, server, stop);
        }
    }

    private async Task AskAsync(Socket socket, IPEndPoint server, CancellationToken stop)
    {
        var id = StunTransactionId.NewRandom();
        lock (_gate)
        {
            if (_replies.ContainsKey(server)) return;
            _asked[id] = (server, time.GetTimestamp());
        }

        var request = new byte[StunRequest.Size];
        StunRequest.Write(request, id);
        try
        {
            await socket.SendToAsync(request, server, stop);
        }
        catch (SocketException)
        {
            // No route to this family, or to this server: it will not answer.
        }
    }

    private async Task ReceiveAsync(Socket socket, int expected, CancellationToken stop)
    {
        var buffer = new byte[1500];
        var any = new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, any, stop);
                if (Take(buffer.AsSpan(0, received.ReceivedBytes)) == expected) _all.TrySetResult();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // A port that is closed there says so here; the others may still answer.
            }
        }
    }

    // By transaction id only: who sends the answer does not matter, as for the reference's client.
    private int Take(ReadOnlySpan<byte> datagram)
    {
        lock (_gate)
        {
            if (StunResponse.Parse(datagram, out var response) == StunResponseStatus.Success
                && _asked.Remove(response.TransactionId, out var asked))
                _replies.TryAdd(asked.Server, new StunReply(response.Address.ToIPEndPoint(), time.GetElapsedTime(asked.Sent)));
            return _replies.Count;
        }
    }
}
