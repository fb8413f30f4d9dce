namespace Relay.LoadTest.Derp;

/// <summary>Takes WebSocket messages off a stream, however it is cut, and hands their payload on in the pieces that came.</summary>
internal sealed class MessageWalker(FrameWalker frames)
{
    private const int LargestHead = 10;
    private const int FirstControlCode = 8;

    private readonly byte[] _head = new byte[LargestHead];
    private int _have;
    private long _left;
    private bool _isControl;

    /// <summary>Reads what came next.</summary>
    internal void Feed(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            if (_left > 0)
            {
                var piece = data[..(int)Math.Min(_left, data.Length)];
                // Ping and close say nothing that counts here.
                if (!_isControl) frames.Feed(piece);
                _left -= piece.Length;
                data = data[piece.Length..];
                continue;
            }

            _head[_have++] = data[0];
            data = data[1..];
            var head = _head.AsSpan(0, _have);
            if (WebSocketFraming.HeadSize(head) != _have) continue;
            _left = WebSocketFraming.PayloadLength(head);
            _isControl = (_head[0] & 0x0F) >= FirstControlCode;
            _have = 0;
        }
    }
}
