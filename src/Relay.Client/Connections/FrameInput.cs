using System.Buffers;
using System.Runtime.CompilerServices;
using Relay.Protocol.Frames;

namespace Relay.Client.Connections;

/// <summary>
/// Reads a stream through one pooled buffer that holds many frames. Frames are handed out in place, valid until the next
/// <see cref="FillAsync"/>. An idle connection holds no buffer: it waits in a read of zero bytes. Used by one reader at a time.
/// </summary>
/// <remarks>
/// The buffer goes back to the pool only when it is empty and a new read begins. It is left to the collector at the end, since
/// whoever closes the connection cannot know whether its reader is still looking at a packet.
/// </remarks>
internal sealed class FrameInput(Stream stream)
{
    private const int BufferSize = 64 * 1024;

    private byte[] _buffer = [];
    private int _start, _end, _wanted = FrameHeader.Size;
    private bool _busy;

    /// <summary>Bytes that were read and not yet taken.</summary>
    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>The stream ended or broke inside a frame.</summary>
    public bool InsideFrame => _end > _start;

    /// <summary>The buffer's size; for tests.</summary>
    internal int Held => _buffer.Length;

    /// <summary>Takes bytes that are no frame, the head of a response.</summary>
    public void Skip(int count) => _start += count;

    /// <summary>Takes the next frame, or returns false when it is not all there.</summary>
    /// <exception cref="RelayException">Its header announces more than <paramref name="limit"/>.</exception>
    public bool TryTake(out FrameType type, out ReadOnlyMemory<byte> payload, uint limit = FrameLimits.MaxOther)
    {
        (type, payload) = (default, default);
        if (!FrameHeader.TryRead(Unread, out var header))
        {
            _wanted = FrameHeader.Size;
            return false;
        }

        if (header.Length > limit) ThrowTooLong(header, limit);
        var total = FrameHeader.Size + (int)header.Length;
        if (_end - _start < total)
        {
            _wanted = total;
            return false;
        }

        (type, payload) = (header.Type, _buffer.AsMemory(_start + FrameHeader.Size, (int)header.Length));
        _start += total;
        return true;
    }

    /// <summary>Reads once, and returns how many bytes came: 0 at the stream's end.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> FillAsync(CancellationToken cancellation)
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);

            // After a read that filled half of the buffer more is likely to be there: then the extra call, and the buffer's
            // way to the pool and back, are saved.
            if (!_busy)
            {
                Release();
                await stream.ReadAsync(Memory<byte>.Empty, cancellation).ConfigureAwait(false);
            }
        }

        MakeRoom();
        var room = _buffer.AsMemory(_end);
        var read = await stream.ReadAsync(room, cancellation).ConfigureAwait(false);
        _busy = read >= room.Length / 2;
        _end += read;
        return read;
    }

    private void MakeRoom()
    {
        if (_buffer.Length - _start >= _wanted && _end < _buffer.Length) return;
        var unread = Unread;
        if (_buffer.Length >= _wanted && _start > 0) unread.CopyTo(_buffer);
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(BufferSize, Math.Max(_wanted, unread.Length + 1)));
            unread.CopyTo(larger);
            Release();
            _buffer = larger;
        }

        (_start, _end) = (0, unread.Length);
    }

    private void Release()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private static void ThrowTooLong(FrameHeader header, uint limit) => throw new RelayException(
        RelayError.ProtocolError, $"the relay announced a frame of {header.Length} bytes (type 0x{(int)header.Type:x2}); at most {limit} are allowed here");
}
