using System.Buffers;

namespace Relay.Client.Connections;

/// <summary>
/// Two pooled buffers in turn: one is being written, frames gather in the other. None is held while nothing is written.
/// The caller holds a lock; frames are appended only where there is room.
/// </summary>
internal sealed class SendBatch
{
    private const int FirstSize = 4096;

    private byte[]? _gathering, _writing;
    private int _length;

    /// <summary>Whether a frame may be added. One that is alone always may.</summary>
    public bool HasRoom(int size, int limit) => _length == 0 || _length + size <= limit;

    public void Append(in OutgoingFrame frame)
    {
        var size = frame.Size;
        if (_gathering is null || _gathering.Length - _length < size) Grow(_length + size);
        frame.Write(_gathering.AsSpan(_length));
        _length += size;
    }

    /// <summary>The frames gathered so far; the buffer handed out before is free again. False, and no buffer held, when there are none.</summary>
    public bool TryTake(out ReadOnlyMemory<byte> bytes)
    {
        if (_length == 0)
        {
            Return(ref _writing);
            Return(ref _gathering);
            bytes = default;
            return false;
        }

        bytes = _gathering.AsMemory(0, _length);
        (_gathering, _writing, _length) = (_writing, _gathering, 0);
        return true;
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstSize, Math.Max(needed, 2 * _length)));
        _gathering.AsSpan(0, _length).CopyTo(larger);
        Return(ref _gathering);
        _gathering = larger;
    }

    private static void Return(ref byte[]? buffer)
    {
        if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        buffer = null;
    }
}
