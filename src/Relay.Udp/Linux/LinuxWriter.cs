using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Relay.Stun.Messages;
using static Relay.Stun.Udp.LinuxSocketApi;
using Vector = Relay.Stun.Udp.LinuxSocketApi.Buffer;

namespace Relay.Udp.Linux;

/// <summary>
/// Sends up to 64 messages a call. Consecutive datagrams of one length to one address (the last may be shorter) become one
/// message that the kernel, or the network card, cuts: that is the shape of a busy WireGuard peer, and it passes the whole
/// network stack once instead of once a packet.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxWriter : IDatagramWriter
{
    private const int Capacity = 64;
    private const int Room = 4 * MaxMessage;
    private const int MaxSegments = 64;
    private const int MaxMessage = 65_000;

    private const int InputOutput = 5, Invalid = 22, MessageSize = 90;

    private readonly Message[] _messages = GC.AllocateArray<Message>(Capacity + 1, pinned: true);
    private readonly Vector[] _buffers = GC.AllocateArray<Vector>(Capacity + 1, pinned: true);
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Room, pinned: true);
    private readonly byte[] _names = GC.AllocateArray<byte>(Capacity * LinuxAddress.Stride, pinned: true);
    private readonly byte[] _controls = GC.AllocateArray<byte>(Capacity * LinuxControl.MaxSize, pinned: true);
    private readonly Pending[] _pending = new Pending[Capacity];
    private readonly SendFailed? _failed;
    private UdpSocket? _socket;
    private int _count, _used;

    internal LinuxWriter(SendFailed? failed)
    {
        _failed = failed;
        for (var i = 0; i <= Capacity; i++) _messages[i].Header = new() { Buffers = AddressOf(_buffers, i), BufferCount = 1 };
        for (var i = 0; i < Capacity; i++) _messages[i].Header.Name = AddressOf(_names, i * LinuxAddress.Stride);
    }

    public void Add(UdpSocket socket, in TransportAddress target, ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length > MaxMessage)
        {
            _failed?.Invoke(target, datagram.Length, SocketError.MessageSize);
            return;
        }

        if (socket != _socket || _used + datagram.Length > Room)
        {
            Flush();
            _socket = socket;
        }

        if (!TryAppend(target, datagram.Length) && !TryBegin(target, datagram.Length)) return;
        datagram.CopyTo(_bytes.AsSpan(_used));
        _used += datagram.Length;
    }

    public void Flush()
    {
        if (_count > 0 && _socket is { IsStopped: false } socket) Send(socket);
        (_count, _used) = (0, 0);
    }

    private void Send(UdpSocket socket)
    {
        var held = false;
        try
        {
            socket.Handle.DangerousAddRef(ref held);
            for (var i = 0; i < _count; i++) Seal(i);
            for (var first = 0; first < _count;)
            {
                var sent = SendMany((int)socket.Handle.DangerousGetHandle(), _messages.AsSpan(first), (uint)(_count - first), MsgDontWait);
                if (sent > 0)
                {
                    first += sent;
                    socket.OnSent();
                }
                else if (Refused(socket, first, Marshal.GetLastPInvokeError())) first++;
            }
        }
        catch (ObjectDisposedException)
        {
            // Closed by another thread, just now.
        }
        finally
        {
            if (held) socket.Handle.DangerousRelease();
        }
    }

    private bool TryAppend(in TransportAddress to, int length)
    {
        if (_count == 0 || !_socket!.Segments) return false;
        ref var last = ref _pending[_count - 1];
        if (last.Closed || length > last.Segment || length == 0 || last.Segments == MaxSegments || last.Length + length > MaxMessage || last.To != to) return false;
        last.Length += length;
        last.Segments++;
        last.Closed = length < last.Segment;
        return true;
    }

    private bool TryBegin(in TransportAddress to, int length)
    {
        if (_count == Capacity) Flush();
        var nameLength = to.Family == _socket!.LocalAddress.Family ? LinuxAddress.Write(_names.AsSpan(_count * LinuxAddress.Stride), to) : 0;
        if (nameLength == 0)
        {
            _failed?.Invoke(to, length, SocketError.AddressFamilyNotSupported);
            return false;
        }

        _messages[_count].Header.NameLength = (uint)nameLength;
        _pending[_count++] = new Pending { To = to, Start = _used, Length = length, Segment = length, Segments = 1 };
        return true;
    }

    private void Seal(int index)
    {
        ref readonly var pending = ref _pending[index];
        ref var header = ref _messages[index].Header;
        _buffers[index] = new() { Start = AddressOf(_bytes, pending.Start), Length = (nuint)pending.Length };
        (header.Control, header.ControlLength) = (0, 0);
        if (pending.Segments == 1) return;
        LinuxControl.WriteSegment(_controls.AsSpan(index * LinuxControl.MaxSize), (ushort)pending.Segment);
        (header.Control, header.ControlLength) = (AddressOf(_controls, index * LinuxControl.MaxSize), (nuint)LinuxControl.Size);
    }

    // Whether the message is done with.
    private bool Refused(UdpSocket socket, int index, int error)
    {
        if (error == Interrupted) return false;
        ref readonly var pending = ref _pending[index];
        if (pending.Segments > 1 && error is InputOutput or Invalid or MessageSize)
        {
            // A device that cannot checksum cannot segment either, and says so with EIO; the others mean this message.
            if (error == InputOutput) socket.Segments = false;
            SendApart(socket, index);
        }
        else if (error != TryAgain)
        {
            Tell(socket, pending.To, pending.Segment, error);
        }

        return true;
    }

    private void SendApart(UdpSocket socket, int index)
    {
        ref readonly var pending = ref _pending[index];
        ref var header = ref _messages[Capacity].Header;
        (header.Name, header.NameLength) = (_messages[index].Header.Name, _messages[index].Header.NameLength);
        for (var offset = 0; offset < pending.Length; offset += pending.Segment)
        {
            var length = Math.Min(pending.Segment, pending.Length - offset);
            _buffers[Capacity] = new() { Start = AddressOf(_bytes, pending.Start + offset), Length = (nuint)length };
            if (SendMany((int)socket.Handle.DangerousGetHandle(), _messages.AsSpan(Capacity), 1, MsgDontWait) > 0) continue;
            var error = Marshal.GetLastPInvokeError();
            if (error is not (TryAgain or Interrupted)) Tell(socket, pending.To, length, error);
        }
    }

    private void Tell(UdpSocket socket, in TransportAddress to, int length, int errno)
    {
        var error = LinuxErrors.ToSocketError(errno);
        socket.OnSendError(error);
        _failed?.Invoke(to, length, error);
    }

    private static nint AddressOf<T>(T[] pinned, int index) => Marshal.UnsafeAddrOfPinnedArrayElement(pinned, index);

    // A message being gathered: one datagram, or several to be cut apart.
    private struct Pending
    {
        internal TransportAddress To;
        internal int Start, Length, Segment, Segments;
        internal bool Closed;
    }
}
