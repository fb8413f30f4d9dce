using System.Buffers;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;

namespace Relay.Server.Queues;

/// <summary>
/// Whole frames, one after the other in one pooled array, oldest first. Empty, it holds no array. Not thread safe: the
/// <see cref="Outbox"/> that owns it locks.
/// </summary>
/// <remarks>
/// A linear buffer and not a ring, so that a writer can take it whole and write it in one go. Frames dropped at the head
/// leave a gap that is closed when space runs out, at most once per as many bytes appended as are moved.
/// </remarks>
internal struct FrameQueue
{
    private const int SmallestArray = 2048;

    private byte[]? _array;
    private int _head;
    private int _tail;

    /// <summary>Frames waiting.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes waiting, headers included.</summary>
    public readonly int Bytes => _tail - _head;

    /// <summary>Bytes of memory held.</summary>
    public readonly int Capacity => _array?.Length ?? 0;

    /// <summary>Appends <paramref name="count"/> whole frames.</summary>
    public void Append(ReadOnlySpan<byte> frames, int count)
    {
        frames.CopyTo(Reserve(frames.Length));
        _tail += frames.Length;
        Count += count;
    }

    // | 0x04 | length | destination | packet |  becomes  | 0x0A | length | source | destination | packet |
    /// <summary>Appends <paramref name="count"/> SendPacket frames as the ForwardPacket frames that say who sent them.</summary>
    public void AppendForwards(ReadOnlySpan<byte> frames, int count, NodeKey source)
    {
        var room = Reserve(frames.Length + count * NodeKey.Size);
        _tail += frames.Length + count * NodeKey.Size;
        Count += count;
        while (!frames.IsEmpty)
        {
            var length = LengthOfFirst(frames);
            FrameHeader.Write(room, FrameType.ForwardPacket, length - FrameHeader.Size + NodeKey.Size);
            source.CopyTo(room[FrameHeader.Size..]);
            frames[FrameHeader.Size..length].CopyTo(room[FrameWriter.PacketOverhead..]);
            frames = frames[length..];
            room = room[(length + NodeKey.Size)..];
        }
    }

    /// <summary>Drops the oldest frame and returns it; the span is valid until the next call.</summary>
    public ReadOnlySpan<byte> DropOldest()
    {
        var frame = _array.AsSpan(_head, LengthOfFirst(_array.AsSpan(_head)));
        _head += frame.Length;
        Count--;
        return frame;
    }

    /// <summary>
    /// Hands the array over to the caller, who returns it to the pool, and leaves the queue empty.
    /// Only valid while <see cref="Count"/> is not 0.
    /// </summary>
    public byte[] Take(out int start, out int end)
    {
        (start, end) = (_head, _tail);
        var array = _array!;
        (_array, _head, _tail, Count) = (null, 0, 0, 0);
        return array;
    }

    /// <summary>Copies everything to <paramref name="destination"/>, gives the array back and leaves the queue empty.</summary>
    public int MoveTo(Span<byte> destination)
    {
        if (Count == 0) return 0;
        var array = Take(out var start, out var end);
        array.AsSpan(start, end - start).CopyTo(destination);
        ArrayPool<byte>.Shared.Return(array);
        return end - start;
    }

    /// <summary>Bytes of the whole frame at the start of <paramref name="frames"/>.</summary>
    public static int LengthOfFirst(ReadOnlySpan<byte> frames)
    {
        FrameHeader.TryRead(frames, out var header);
        return FrameHeader.Size + (int)header.Length;
    }

    private Span<byte> Reserve(int length)
    {
        if (_array is null)
        {
            _array = ArrayPool<byte>.Shared.Rent(Math.Max(length, SmallestArray));
            (_head, _tail) = (0, 0);
        }
        else if (_array.Length - _tail < length)
        {
            MakeRoom(length);
        }

        return _array.AsSpan(_tail, length);
    }

    private void MakeRoom(int length)
    {
        var used = Bytes;
        var source = _array!;
        // Moving pays only when it frees at least half; otherwise the gap would be closed again and again.
        var target = source.Length >= 2 * (used + length) ? source : ArrayPool<byte>.Shared.Rent(2 * (used + length));
        source.AsSpan(_head, used).CopyTo(target);
        if (target != source) ArrayPool<byte>.Shared.Return(source);
        (_array, _head, _tail) = (target, 0, used);
    }
}
