using System.Net;
using System.Net.Sockets;
using Relay.Stun.Messages;

namespace Relay.Client.Measuring;

/// <summary>
/// Asks the STUN servers of many regions from one socket, as a WireGuard client would: only so does it show whether the NAT
/// gives that socket the same address towards all of them (spec/path-selection.md 4.2).
/// </summary>
internal sealed class StunProbe(AddressFamily family, TimeProvider time)
{
    private static readonly TimeSpan[] SendAt = [TimeSpan.Zero, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(200)];
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(3);

    private readonly Dictionary<StunTransactionId, (int Region, IPEndPoint Server, long Sent)> _asked = [];
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private StunReply?[] _replies = [];

    /// <summary>Asks one server: its reply, or null when none came within 3 s.</summary>
    internal async Task<StunReply?> AskAsync(IPEndPoint server, CancellationToken stop) => (await RunAsync([[server]], stop).ConfigureAwait(false))[0];

    /// <summary>
    /// Sends up to three requests for each region, to its servers in turn, and returns the first reply of each, null for those
    /// that stayed silent. Ends early when all that have servers answered; at most 3 s.
    /// </summary>
    internal async Task<IReadOnlyList<StunReply?>> RunAsync(IReadOnlyList<IReadOnlyList<IPEndPoint>> regions, CancellationToken stop)
    {
        _replies = new StunReply?[regions.Count];
        var expected = regions.Count(r => r.Count > 0);
        if (expected == 0 || Open() is not { } opened) return _replies;
        using var socket = opened;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var receiving = ReceiveAsync(socket, expected, over.Token);
        try
        {
            using var limit = new Deadline(Round, time, stop);
            await SendAllAsync(socket, regions, limit.Token).ConfigureAwait(false);
            await _all.Task.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Whoever has not answered by now is out of reach.
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await receiving.ConfigureAwait(false);
        }

        lock (_gate) return [.. _replies];
    }

    // Null on a machine that does not know the family.
    private Socket? Open()
    {
        try
        {
            var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(Any);
            return socket;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private IPEndPoint Any => new(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);

    private async Task SendAllAsync(Socket socket, IReadOnlyList<IReadOnlyList<IPEndPoint>> regions, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        for (var round = 0; round < SendAt.Length; round++)
        {
            var wait = SendAt[round] - time.GetElapsedTime(started);
            if (wait > TimeSpan.Zero) await Task.WhenAny(_all.Task, Task.Delay(wait, time, stop)).ConfigureAwait(false);
            for (var region = 0; region < regions.Count; region++)
            {
                if (regions[region] is { Count: > 0 } servers) await AskAsync(socket, region, servers[round % servers.Count], stop).ConfigureAwait(false);
            }
        }
    }

    private async Task AskAsync(Socket socket, int region, IPEndPoint server, CancellationToken stop)
    {
        var id = StunTransactionId.NewRandom();
        lock (_gate)
        {
            if (_replies[region] is not null) return;
            _asked[id] = (region, server, time.GetTimestamp());
        }

        var request = new byte[StunRequest.Size];
        StunRequest.Write(request, id);
        try
        {
            await socket.SendToAsync(request, server, stop).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // No route to this family, or to this server: it will not answer.
        }
    }

    private async Task ReceiveAsync(Socket socket, int expected, CancellationToken stop)
    {
        var buffer = new byte[1500];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, Any, stop).ConfigureAwait(false);
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

    // By transaction id only: who sends the answer does not matter, as for the reference's client. Returns how many regions have answered.
    private int Take(ReadOnlySpan<byte> datagram)
    {
        lock (_gate)
        {
            if (StunResponse.Parse(datagram, out var response) == StunResponseStatus.Success
                && _asked.Remove(response.TransactionId, out var asked))
            {
                var latency = time.GetElapsedTime(asked.Sent);
                _replies[asked.Region] ??= new StunReply(asked.Server, response.Address.ToIPEndPoint(), latency);
            }

            return _replies.Count(r => r is not null);
        }
    }
}
