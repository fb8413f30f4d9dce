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
    private readonly Socket _socket;
    private readonly StunPolicy _policy;
    private readonly StunCounters _counters;
    private readonly ErrorPause _pause;
    private readonly StunAddressFamily _family;
    private readonly SocketAddress _source;
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    internal PortableTransport(Socket socket, StunPolicy policy, StunCounters counters, TimeProvider time)
    {
        (_socket, _policy, _counters, _pause) = (socket, policy, counters, new ErrorPause(time));
        _family = socket.AddressFamily == AddressFamily.InterNetworkV6 ? StunAddressFamily.IPv6 : StunAddressFamily.IPv4;
        _source = new SocketAddress(socket.AddressFamily);
        if (OperatingSystem.IsWindows()) socket.IOControl(SioUdpConnReset, [0, 0, 0, 0], null);
    }

    public void Start() => _loop = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        // Fails the receive call that the loop waits in.
        _socket.Dispose();
        await _loop.ConfigureAwait(false);
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
        var disposition = StunAnswer.Decide(_policy, _datagram.AsSpan(0, length), source, _answer, out var answerLength);
        if (answerLength > 0 && !await TrySendAsync(_answer.AsMemory(0, answerLength)).ConfigureAwait(false))
            disposition = StunDisposition.WriteError;
        _counters.Add(disposition, known ? source.Family : _family);
    }

    private async ValueTask<bool> TrySendAsync(ReadOnlyMemory<byte> answer)
    {
        try
        {
            await _socket.SendToAsync(answer, SocketFlags.None, _source).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
