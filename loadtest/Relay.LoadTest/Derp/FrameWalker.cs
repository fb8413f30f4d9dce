using Relay.LoadTest.Traffic;
using Relay.Protocol.Frames;

namespace Relay.LoadTest.Derp;

/// <summary>
/// Goes from frame to frame through a stream, however it is cut, looking at no more than the first bytes of each: what
/// is behind them is never touched, so that receiving costs the generator next to nothing.
/// </summary>
internal sealed class FrameWalker(Action<FrameType, ReadOnlySpan<byte>, int> onFrame)
{
    private readonly byte[] _head = new byte[Packet.FrameHeadSize];
    private int _have;
    private long _skip;

    /// <summary>Reads what came next; calls back with each frame's type, first bytes, and length.</summary>
    internal void Feed(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            if (_skip > 0)
            {
                var skipped = (int)Math.Min(_skip, data.Length);
                _skip -= skipped;
                data = data[skipped..];
                continue;
            }

            if (_have == 0 && data.Length >= Packet.FrameHeadSize)
            {
                _skip = Take(data);
                continue;
            }

            // A head that is cut, or a frame that is smaller than a head.
            var wanted = _have < FrameHeader.Size ? FrameHeader.Size : Wanted();
            var moved = Math.Min(wanted - _have, data.Length);
            data[..moved].CopyTo(_head.AsSpan(_have));
            _have += moved;
            data = data[moved..];
            if (_have < FrameHeader.Size || _have < Wanted()) continue;
            _skip = Take(_head.AsSpan(0, _have)) - _have;
            _have = 0;
        }
    }

    private int Wanted()
    {
        FrameHeader.TryRead(_head, out var header);
        return (int)Math.Min(FrameHeader.Size + header.Length, Packet.FrameHeadSize);
    }

    private long Take(ReadOnlySpan<byte> start)
    {
        FrameHeader.TryRead(start, out var header);
        var length = FrameHeader.Size + (long)header.Length;
        if (length > 1 << 20) throw new IOException($"the relay sent a frame of {length} bytes; the stream is out of step");
        onFrame(header.Type, start[..(int)Math.Min(length, Packet.FrameHeadSize)], (int)length);
        return length;
    }
}
