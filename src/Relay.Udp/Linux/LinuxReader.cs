using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Relay.Stun.Messages;
using static Relay.Stun.Udp.LinuxSocketApi;
using Vector = Relay.Stun.Udp.LinuxSocketApi.Buffer;

namespace Relay.Udp.Linux;

/// <summary>
/// Takes up to 32 messages a call, each up to 64 datagrams of one sender that the kernel had gathered. The room for them
/// is allocated once; pages of it that are never filled never become memory.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxReader : IDatagramReader
{
    private const int Capacity = 32;
    private const int Stride = 1 << 16;
    private readonly Message[] _messages = GC.AllocateArray<Message>(Capacity, pinned: true);
    private readonly Vector[] _buffers = GC.AllocateArray<Vector>(Capacity, pinned: true);
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Capacity * Stride, pinned: true);
    private readonly byte[] _names = GC.AllocateArray<byte>(Capacity * LinuxAddress.Stride, pinned: true);
    private readonly byte[] _controls = GC.AllocateArray<byte>(Capacity * LinuxControl.MaxSize, pinned: true);
    private readonly UdpSocket _socket;
    private readonly int _handle;
    private int _count, _index, _offset, _segment;
    private TransportAddress _source;

    internal LinuxReader(UdpSocket socket)
    {
        (_socket, _handle) = (socket, (int)socket.Socket.Handle);
        for (var i = 0; i < Capacity; i++)
        {
            _buffers[i] = new() { Start = AddressOf(_bytes, i * Stride), Length = Stride };
            _messages[i].Header = new()
            {
                Name = AddressOf(_names, i * LinuxAddress.Stride),
                Buffers = AddressOf(_buffers, i),
                BufferCount = 1,
                Control = AddressOf(_controls, i * LinuxControl.MaxSize),
            };
        }

        _count = Capacity;
    }

    public bool Receive()
    {
        Rearm();
        while (!_socket.IsStopped)
        {
            var received = ReceiveMany(_handle, _messages, Capacity, MsgWaitForOne, 0);
            if (_socket.IsStopped) return false;
            if (received > 0)
            {
                _socket.OnReceived();
                (_count, _index) = (received, -1);
                NextMessage();
                return true;
            }

            if (Marshal.GetLastPInvokeError() is not (TryAgain or Interrupted) and var error) _socket.OnReceiveError(LinuxErrors.ToSocketError(error));
        }

        return false;
    }

    public bool TryNext(out Memory<byte> datagram, out TransportAddress source)
    {
        datagram = default;
        source = _source;
        if (_index >= _count) return false;
        var left = (int)_messages[_index].Length - _offset;
        var length = _segment > 0 ? Math.Min(_segment, left) : left;
        datagram = _bytes.AsMemory((_index * Stride) + _offset, length);
        _offset += length;
        if (_offset >= (int)_messages[_index].Length) NextMessage();
        return true;
    }

    // Messages whose sender has no address that we know are skipped; there are none.
    private void NextMessage()
    {
        while (++_index < _count)
        {
            ref readonly var header = ref _messages[_index].Header;
            var name = _names.AsSpan(_index * LinuxAddress.Stride, (int)Math.Min(header.NameLength, LinuxAddress.MaxSize));
            if (!LinuxAddress.TryRead(name, out _source)) continue;
            var control = _controls.AsSpan(_index * LinuxControl.MaxSize, (int)Math.Min(header.ControlLength, LinuxControl.MaxSize));
            (_offset, _segment) = (0, LinuxControl.ReadSegment(control));
            return;
        }
    }

    private void Rearm()
    {
        foreach (ref var message in _messages.AsSpan(0, _count))
        {
            message.Header.NameLength = LinuxAddress.MaxSize;
            message.Header.ControlLength = LinuxControl.MaxSize;
            message.Header.Flags = 0;
        }

        _count = 0;
    }

    private static nint AddressOf<T>(T[] pinned, int index) => Marshal.UnsafeAddrOfPinnedArrayElement(pinned, index);
}
