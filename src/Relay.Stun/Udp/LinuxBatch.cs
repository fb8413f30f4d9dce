using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Relay.Stun.Answers;
using Relay.Stun.Messages;
using static Relay.Stun.Udp.LinuxSocketApi;

namespace Relay.Stun.Udp;

/// <summary>
/// Room for the datagrams of one receive call and their answers, allocated once, outside the reach of the collector's
/// moves: the kernel holds addresses into it. Belongs to one loop.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxBatch
{
    // Datagrams a call. Under load the calls' own cost is spread over them; 64 take 100 KB.
    internal const int Capacity = 64;

    // sockaddr_in6; sockaddr_in has 16.
    private const int NameSize = 28;
    private const int NameStride = 32;

    // A multiple of 8 that holds 1500; longer datagrams come cut, with a flag.
    private const int DatagramStride = 1504;

    private readonly Message[] _received = GC.AllocateArray<Message>(Capacity, pinned: true);
    private readonly Message[] _answers = GC.AllocateArray<Message>(Capacity, pinned: true);
    private readonly LinuxSocketApi.Buffer[] _buffers = GC.AllocateArray<LinuxSocketApi.Buffer>(2 * Capacity, pinned: true);
    private readonly byte[] _datagramBytes = GC.AllocateArray<byte>(Capacity * DatagramStride, pinned: true);
    private readonly byte[] _answerBytes = GC.AllocateArray<byte>(Capacity * StunAnswer.MaxSize, pinned: true);
    private readonly byte[] _names = GC.AllocateArray<byte>(Capacity * NameStride, pinned: true);
    private readonly byte[] _controls = GC.AllocateArray<byte>(Capacity * LinuxPacketInfo.MaxSize, pinned: true);
    private readonly int _controlSize;

    /// <param name="packetInfo">Whether the socket delivers packet info, to be handed back with the answers.</param>
    internal LinuxBatch(bool packetInfo)
    {
        _controlSize = packetInfo ? LinuxPacketInfo.MaxSize : 0;
        for (var i = 0; i < Capacity; i++)
        {
            _buffers[i] = new() { Start = AddressOf(_datagramBytes, i * DatagramStride), Length = StunAnswer.MaxRequestSize };
            _buffers[Capacity + i] = new() { Start = AddressOf(_answerBytes, i * StunAnswer.MaxSize) };
            _received[i].Header = new() { Name = AddressOf(_names, i * NameStride), Buffers = AddressOf(_buffers, i), BufferCount = 1 };
            _received[i].Header.Control = packetInfo ? AddressOf(_controls, i * LinuxPacketInfo.MaxSize) : 0;
            _answers[i].Header = new() { Buffers = AddressOf(_buffers, Capacity + i), BufferCount = 1 };
        }

        Rearm(Capacity);
    }

    /// <summary>Answers that wait to be sent.</summary>
    internal int AnswerCount { get; private set; }

    /// <summary>Waits for one datagram and takes along what else is there. How many, or -1 and errno.</summary>
    internal int Receive(int socket)
    {
        AnswerCount = 0;
        return ReceiveMany(socket, _received, Capacity, MsgWaitForOne, 0);
    }

    /// <summary>Readies the first <paramref name="count"/> places for the next receive call, once their answers are sent.</summary>
    internal void Rearm(int count)
    {
        foreach (ref var message in _received.AsSpan(0, count))
        {
            message.Header.NameLength = NameSize;
            message.Header.ControlLength = (nuint)_controlSize;
            message.Header.Flags = 0;
        }
    }

    /// <summary>The datagram at <paramref name="index"/>; false when it was longer than is looked at, and came cut.</summary>
    internal bool TryGetDatagram(int index, out ReadOnlySpan<byte> datagram)
    {
        ref readonly var message = ref _received[index];
        datagram = _datagramBytes.AsSpan(index * DatagramStride, (int)message.Length);
        return (message.Header.Flags & MsgTruncated) == 0;
    }

    /// <summary>Where the datagram at <paramref name="index"/> came from.</summary>
    internal bool TryGetSource(int index, out TransportAddress source)
    {
        var name = _names.AsSpan(index * NameStride, (int)Math.Min(_received[index].Header.NameLength, NameSize));
        source = default;
        if (name.Length < 16) return false;
        var port = BinaryPrimitives.ReadUInt16BigEndian(name[2..]);
        return MemoryMarshal.Read<ushort>(name) switch
        {
            FamilyIPv4 => TransportAddress.TryFrom(name[4..8], port, out source),
            FamilyIPv6 when name.Length == NameSize => TransportAddress.TryFrom(name[8..24], port, out source),
            _ => false,
        };
    }

    /// <summary>Room for the next answer.</summary>
    internal Span<byte> NextAnswer => _answerBytes.AsSpan(AnswerCount * StunAnswer.MaxSize, StunAnswer.MaxSize);

    /// <summary>
    /// Takes up what was written to <see cref="NextAnswer"/> as the answer to the datagram at <paramref name="index"/>, to be sent
    /// to the port that it came from, or to another one.
    /// </summary>
    internal void AddAnswer(int index, int length, ushort port = 0)
    {
        // Family and port lie at the same offsets in both kinds of address.
        if (port != 0) BinaryPrimitives.WriteUInt16BigEndian(_names.AsSpan(index * NameStride + 2), port);
        ref readonly var request = ref _received[index].Header;
        ref var answer = ref _answers[AnswerCount].Header;
        _buffers[Capacity + AnswerCount].Length = (nuint)length;
        (answer.Name, answer.NameLength) = (request.Name, request.NameLength);
        var control = _controls.AsSpan(index * LinuxPacketInfo.MaxSize, (int)Math.Min(request.ControlLength, (nuint)_controlSize));
        var controlLength = LinuxPacketInfo.ToReply(control);
        (answer.Control, answer.ControlLength) = controlLength == 0 ? (0, 0) : (request.Control, (nuint)controlLength);
        AnswerCount++;
    }

    /// <summary>Takes the last answer out again.</summary>
    internal void RemoveLast() => AnswerCount--;

    /// <summary>Sends the answers from <paramref name="first"/> on. How many went out; not positive when the first of them failed.</summary>
    internal int Send(int socket, int first) =>
        SendMany(socket, _answers.AsSpan(first), (uint)(AnswerCount - first), MsgDontWait);

    private static nint AddressOf<T>(T[] pinned, int index) => Marshal.UnsafeAddrOfPinnedArrayElement(pinned, index);
}
