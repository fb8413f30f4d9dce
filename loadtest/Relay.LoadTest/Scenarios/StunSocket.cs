using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Relay.Stun.Messages;
using Relay.Stun.Udp;

namespace Relay.LoadTest.Scenarios;

/// <summary>A UDP socket that asks in batches and takes what answers are there. The time of asking travels in the transaction id.</summary>
internal sealed class StunSocket : IDisposable
{
    /// <summary>Questions a system call.</summary>
    internal const int Batch = 32;

    private const int AnswerSize = 128;
    private const int TransactionIdAt = 8;

    private readonly Socket _socket;
    private readonly int _descriptor;
    private readonly int _window;
    private readonly byte[] _questions = GC.AllocateArray<byte>(Batch * StunRequest.Size, pinned: true);
    private readonly byte[] _answers = GC.AllocateArray<byte>(Batch * AnswerSize, pinned: true);
    private readonly LinuxSocketApi.Buffer[] _buffers = GC.AllocateArray<LinuxSocketApi.Buffer>(2 * Batch, pinned: true);
    private readonly LinuxSocketApi.Message[] _sending = GC.AllocateArray<LinuxSocketApi.Message>(Batch, pinned: true);
    private readonly LinuxSocketApi.Message[] _receiving = GC.AllocateArray<LinuxSocketApi.Message>(Batch, pinned: true);
    private readonly List<long> _asked = new(Batch);
    private int _open;
    private long _lastAnswer;
    private uint _number;

    internal StunSocket(IPEndPoint address, int window)
    {
        _socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.Connect(address);
        _socket.Blocking = false;
        _descriptor = (int)_socket.Handle;
        _window = window;
        for (var i = 0; i < Batch; i++)
        {
            _buffers[i] = new() { Start = AddressOf(_questions, i * StunRequest.Size), Length = StunRequest.Size };
            _buffers[Batch + i] = new() { Start = AddressOf(_answers, i * AnswerSize), Length = AnswerSize };
            _sending[i].Header = new() { Buffers = AddressOf(_buffers, i), BufferCount = 1 };
            _receiving[i].Header = new() { Buffers = AddressOf(_buffers, Batch + i), BufferCount = 1 };
        }
    }

    /// <summary>A batch more may be on its way.</summary>
    internal bool HasRoom => _open + Batch <= Math.Max(_window, Batch);

    /// <summary>Asks a batch of questions that were due at that time.</summary>
    internal void Ask(long due, long now)
    {
        Span<byte> id = stackalloc byte[StunTransactionId.Size];
        BinaryPrimitives.WriteInt64LittleEndian(id, due);
        for (var i = 0; i < Batch; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(id[8..], _number++);
            StunRequest.Write(_questions.AsSpan(i * StunRequest.Size), new StunTransactionId(id));
        }

        var sent = LinuxSocketApi.SendMany(_descriptor, _sending, Batch, LinuxSocketApi.MsgDontWait);
        if (_open == 0) _lastAnswer = now;
        _open += Math.Max(sent, 0);
    }

    /// <summary>The times of asking of the answers that are there; valid until the next call.</summary>
    internal List<long> Answers(long now)
    {
        _asked.Clear();
        var count = LinuxSocketApi.ReceiveMany(_descriptor, _receiving, Batch, LinuxSocketApi.MsgDontWait, 0);
        for (var i = 0; i < count; i++)
        {
            var answer = _answers.AsSpan(i * AnswerSize, (int)_receiving[i].Length);
            // Success, and ours by its size; the address in it is for others to check.
            if (answer.Length < StunRequest.Size - TransactionIdAt || answer[0] != 1 || answer[1] != 1) continue;
            _asked.Add(BinaryPrimitives.ReadInt64LittleEndian(answer[TransactionIdAt..]));
        }

        if (count > 0) (_open, _lastAnswer) = (Math.Max(0, _open - count), now);
        return _asked;
    }

    /// <summary>What was asked before that time and not answered will not be.</summary>
    internal void ForgetIfSilent(long before)
    {
        if (_lastAnswer < before) _open = 0;
    }

    public void Dispose() => _socket.Dispose();

    private static nint AddressOf<T>(T[] pinned, int index) => Marshal.UnsafeAddrOfPinnedArrayElement(pinned, index);
}
