using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Relay.Stun.Answers;
using Relay.Stun.Counters;
using Relay.Stun.Messages;

namespace Relay.Stun.Udp;

/// <summary>
/// Answers with what .NET offers on every system: one datagram at a time, without allocating for it. On a wildcard
/// address of a machine with several, the system chooses the address that the answer leaves from.
/// </summary>
internal sealed class PortableTransport : IStunTransport
{
    // WSAIoctl code that stops Windows from failing the next receive after an ICMP port unreachable.
    private const int SioUdpConnReset = -1744830452;

    // One byte more than is looked at: what fills it is too long.
    private readonly byte[] _datagram = GC.AllocateArray<byte>(StunAnswer.MaxRequestSize + 1, pinned: true);
    private readonly byte[] _answer = GC.AllocateArray<byte>(StunAnswer.MaxSize, pinned: true);
    private readonly StunSocket _all;
    private readonly Socket _socket;
    private readonly ExcessBudget _budget;
    private readonly StunCounters _counters;
    private readonly ErrorPause _pause;
    private readonly StunAddressFamily _family;
    private readonly SocketAddress _source;
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    internal PortableTransport(StunSocket socket, StunCounters counters, TimeProvider time)
    {
        (_all, _socket, _counters) = (socket, socket.Socket, counters);
        (_pause, _budget) = (new ErrorPause(time), new ExcessBudget(time));
        _family = _socket.AddressFamily == AddressFamily.InterNetworkV6 ? StunAddressFamily.IPv6 : StunAddressFamily.IPv4;
        _source = new SocketAddress(_socket.AddressFamily);
        if (OperatingSystem.IsWindows()) _socket.IOControl(SioUdpConnReset, [0, 0, 0, 0], null);
    }

    public void Start() => _loop = Task.Run(RunAsync);

    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        // Fails the receive call that the loop waits in. Who would answer through this socket finds it closed.
        _socket.Dispose();
        await _loop.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _source.Size = SocketAddress.GetMaximumAddressSize(_socket.AddressFamily);
                var length = await _socket.ReceiveFromAsync(_datagram, SocketFlags.None, _source).ConfigureAwait(false);
                _pause.Reset();
                await AnswerAsync(length).ConfigureAwait(false);
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.MessageSize)
            {
                // How Windows reports a datagram longer than the buffer.
                _counters.Add(StunDisposition.NotStun, _family);
            }
            catch (Exception)
            {
                // The loop's one catch-all: whatever went wrong with one receive, the next client wants its answer.
                _counters.Add(StunDisposition.ReadError, _family);
                await _pause.WaitAsync(_stop.Token).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask AnswerAsync(int length)
    {
        var known = TransportAddress.TryFrom(_source, out var source);
        var disposition = StunAnswer.Decide(_all.Station, _datagram.AsSpan(0, length), source, _answer, out var delivery);
        if (delivery.Length > 0)
        {
            if (!_budget.Allows(source, length, delivery.Length)) disposition = StunDisposition.RateLimited;
            else if (!await TrySendAsync(delivery).ConfigureAwait(false)) disposition = StunDisposition.WriteError;
        }

        _counters.Add(disposition, known ? source.Family : _family);
    }

    private async ValueTask<bool> TrySendAsync(StunDelivery delivery)
    {
        if (delivery.Port != 0) BinaryPrimitives.WriteUInt16BigEndian(_source.Buffer.Span[2..], delivery.Port);
        try
        {
            await _all.Via(delivery.From).SendToAsync(_answer.AsMemory(0, delivery.Length), SocketFlags.None, _source).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
