using Relay.LoadTest.Derp;
using Relay.LoadTest.Links;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;

namespace Relay.LoadTest.Traffic;

/// <summary>One connected client in the hands of a worker: what it is to write, and what it reads.</summary>
internal sealed class Endpoint : IDisposable
{
    // Reads in a row before the others have their turn.
    private const int MaxReads = 16;

    private readonly DerpClient _client;
    private readonly Action<Endpoint, ReadOnlySpan<byte>, int> _onPacket;
    private readonly FrameWalker _frames;
    private readonly MessageWalker? _messages;
    private byte[] _pending = [];
    private int _pendingStart;
    private int _pendingEnd;

    internal Endpoint(DerpClient client, ClientPlan plan, Action<Endpoint, ReadOnlySpan<byte>, int> onPacket)
    {
        (_client, Plan, _onPacket) = (client, plan, onPacket);
        _frames = new FrameWalker(OnFrame);
        _messages = client.WebSocket ? new MessageWalker(_frames) : null;
        client.Link.StopBlocking();
        if (!plan.Frozen) Feed(client.Received);
    }

    internal ClientPlan Plan { get; }

    internal NodeKey Key => _client.Key;

    internal Link Link => _client.Link;

    internal bool WebSocket => _client.WebSocket;

    /// <summary>Its number with its worker.</summary>
    internal int Index { get; set; }

    /// <summary>Called when the connection has no room any more.</summary>
    internal Action<Endpoint>? Blocked { get; set; }

    /// <summary>The connection has not yet taken what it was given.</summary>
    internal bool IsBlocked => _pendingEnd > _pendingStart;

    /// <summary>The flows it sends, which want to know when it is no longer blocked.</summary>
    internal List<Flow> Outgoing { get; } = [];

    /// <summary>The flows it receives.</summary>
    internal List<Flow> Incoming { get; } = [];

    /// <summary>Takes all of it; what the connection does not take now is kept. Only while not blocked.</summary>
    internal void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var taken = Link.Write(bytes);
            if (taken == Link.NotNow) break;
            bytes = bytes[taken..];
        }

        if (bytes.IsEmpty) return;
        if (_pending.Length < bytes.Length) _pending = new byte[bytes.Length];
        bytes.CopyTo(_pending);
        (_pendingStart, _pendingEnd) = (0, bytes.Length);
        Blocked?.Invoke(this);
    }

    /// <summary>Goes on with what was kept.</summary>
    internal void OnWritable()
    {
        while (IsBlocked)
        {
            var taken = Link.Write(_pending.AsSpan(_pendingStart.._pendingEnd));
            if (taken == Link.NotNow) return;
            _pendingStart += taken;
        }
    }

    /// <summary>Reads what is there. True when there is more that the kernel will not tell of.</summary>
    internal bool OnReadable(Span<byte> buffer)
    {
        for (var i = 0; i < MaxReads; i++)
        {
            var read = Link.Read(buffer);
            if (read == Link.NotNow) return false;
            if (read == 0) throw new IOException("the relay closed the connection");
            Feed(buffer[..read]);
            if (!Link.HasMore(read == buffer.Length)) return false;
        }

        return true;
    }

    public void Dispose() => _client.Dispose();

    private void Feed(ReadOnlySpan<byte> data)
    {
        if (_messages is null) _frames.Feed(data);
        else _messages.Feed(data);
    }

    // A TCP proxy in place of the relay leaves SendPacket as it is.
    private void OnFrame(FrameType type, ReadOnlySpan<byte> start, int length)
    {
        if (type is FrameType.RecvPacket or FrameType.SendPacket) _onPacket(this, start, length);
    }
}
