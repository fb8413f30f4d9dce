using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Relay.Stun.Answers;
using Relay.Stun.Counters;
using Relay.Stun.Messages;

namespace Relay.Stun.Udp;

/// <summary>
/// Answers with two system calls for up to 64 datagrams, on a thread of its own, each answer from the very address that
/// was asked.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxTransport : IStunTransport
{
    private const int StackSize = 256 * 1024;

    // The stop wakes the receive call at once; this is the bound should a kernel not do so.
    private static readonly TimeSpan ReceiveTimeout = TimeSpan.FromSeconds(1);

    private readonly (StunDisposition Disposition, StunAddressFamily Family)[] _ends =
        new (StunDisposition, StunAddressFamily)[LinuxBatch.Capacity];

    private readonly Socket _socket;
    private readonly StunPolicy _policy;
    private readonly StunCounters _counters;
    private readonly ErrorPause _pause;
    private readonly StunAddressFamily _family;
    private readonly LinuxBatch _batch;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _stop = new();
    private Thread? _thread;

    internal LinuxTransport(Socket socket, StunPolicy policy, StunCounters counters, TimeProvider time, TimeSpan? receiveTimeout = null)
    {
        (_socket, _policy, _counters, _pause) = (socket, policy, counters, new ErrorPause(time));
        _family = socket.AddressFamily == AddressFamily.InterNetworkV6 ? StunAddressFamily.IPv6 : StunAddressFamily.IPv4;
        socket.ReceiveTimeout = (int)(receiveTimeout ?? ReceiveTimeout).TotalMilliseconds;
        _batch = new LinuxBatch(LinuxPacketInfo.Enable(socket));
    }

    public void Start()
    {
        _thread = new Thread(Run, StackSize) { IsBackground = true, Name = "stun" };
        _thread.Start();
    }

    public async ValueTask DisposeAsync()
    {
        _stop.Set();
        if (_thread is not null)
        {
            // Answers "not connected" and yet wakes the receive call: on Linux since long ago, and on purpose.
            _ = LinuxSocketApi.Shutdown((int)_socket.Handle, LinuxSocketApi.ShutdownBoth);
            await _ended.Task.ConfigureAwait(false); // within the receive timeout
        }

        _socket.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        var socket = (int)_socket.Handle; // open until the thread has ended
        while (!_stop.IsSet)
        {
            var received = _batch.Receive(socket);
            if (_stop.IsSet) break;
            if (received < 0)
            {
                OnReceiveError(Marshal.GetLastPInvokeError());
                continue;
            }

            _pause.Reset();
            for (var i = 0; i < received; i++) Decide(i);
            Send(socket);
            _batch.Rearm(received);
        }

        _ended.SetResult();
    }

    private void OnReceiveError(int error)
    {
        if (error is LinuxSocketApi.TryAgain or LinuxSocketApi.Interrupted) return;
        _counters.Add(StunDisposition.ReadError, _family);
        if (_pause.IsDue(out var pause)) _stop.Wait(pause);
    }

    private void Decide(int index)
    {
        var known = _batch.TryGetSource(index, out var source);
        var family = known ? source.Family : _family;
        if (!_batch.TryGetDatagram(index, out var datagram))
        {
            _counters.Add(StunDisposition.NotStun, family);
            return;
        }

        var disposition = StunAnswer.Decide(_policy, datagram, source, _batch.NextAnswer, out var length);
        if (length == 0)
        {
            _counters.Add(disposition, family);
            return;
        }

        _ends[_batch.AnswerCount] = (disposition, family);
        _batch.AddAnswer(index, length);
    }

    // The kernel stops at the first answer it will not send: count that one, go on behind it.
    private void Send(int socket)
    {
        for (var first = 0; first < _batch.AnswerCount;)
        {
            var sent = _batch.Send(socket, first);
            if (sent <= 0) _counters.Add(StunDisposition.WriteError, _ends[first++].Family);
            for (; sent > 0; sent--, first++) _counters.Add(_ends[first].Disposition, _ends[first].Family);
        }
    }
}
