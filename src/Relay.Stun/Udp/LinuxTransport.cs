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

    private readonly StunSocket _socket;
    private readonly StunStation _station;
    private readonly ExcessBudget _budget;
    private readonly StunCounters _counters;
    private readonly ErrorPause _pause;
    private readonly StunAddressFamily _family;
    private readonly LinuxBatch _batch;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _stop = new();
    private Thread? _thread;

    internal LinuxTransport(StunSocket socket, StunCounters counters, TimeProvider time, TimeSpan? receiveTimeout = null)
    {
        (_socket, _station, _counters) = (socket, socket.Station, counters);
        (_pause, _budget) = (new ErrorPause(time), new ExcessBudget(time));
        var bound = socket.Socket;
        _family = bound.AddressFamily == AddressFamily.InterNetworkV6 ? StunAddressFamily.IPv6 : StunAddressFamily.IPv4;
        bound.ReceiveTimeout = (int)(receiveTimeout ?? ReceiveTimeout).TotalMilliseconds;
        _batch = new LinuxBatch(LinuxPacketInfo.Enable(bound));
    }

    public void Start()
    {
        _thread = new Thread(Run, StackSize) { IsBackground = true, Name = "stun" };
        _thread.Start();
    }

    public async Task StopAsync()
    {
        _stop.Set();
        if (_thread is null) return;
        // Answers "not connected" and yet wakes the receive call: on Linux since long ago, and on purpose.
        if (!_ended.Task.IsCompleted) _ = LinuxSocketApi.Shutdown((int)_socket.Socket.Handle, LinuxSocketApi.ShutdownBoth);
        await _ended.Task.ConfigureAwait(false); // within the receive timeout
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _socket.Socket.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        var socket = (int)_socket.Socket.Handle; // open until the thread has ended
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

        var disposition = StunAnswer.Decide(_station, datagram, source, _batch.NextAnswer, out var delivery);
        if (delivery.Length > 0 && !_budget.Allows(source, datagram.Length, delivery.Length))
            (disposition, delivery) = (StunDisposition.RateLimited, default);
        if (delivery.Length == 0)
        {
            _counters.Add(disposition, family);
            return;
        }

        _ends[_batch.AnswerCount] = (disposition, family);
        _batch.AddAnswer(index, delivery.Length, delivery.Port);
        if (delivery.From != StunOrigin.Same) SendFromElsewhere(delivery.From);
    }

    // Rare, so each on its own, through a socket that outlives this loop: all loops end before one socket is closed.
    private void SendFromElsewhere(StunOrigin origin)
    {
        var last = _batch.AnswerCount - 1;
        if (_batch.Send((int)_socket.Via(origin).Handle, last) <= 0) _ends[last].Disposition = StunDisposition.WriteError;
        _counters.Add(_ends[last].Disposition, _ends[last].Family);
        _batch.RemoveLast();
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
