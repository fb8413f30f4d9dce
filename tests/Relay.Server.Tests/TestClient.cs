using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Server.Connections;
using Relay.Testing;

namespace Relay.Server.Tests;

/// <summary>A client that speaks in frames and bytes, so that tests can say what no library would.</summary>
internal sealed class TestClient(TestRelay relay, DuplexStream stream, DuplexStream far, Task<EndReason> session, TestClientOptions options) : IAsyncDisposable
{
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _start;
    private int _end;

    public NodePrivateKey PrivateKey { get; } = options.Key ?? NodePrivateKey.Generate();

    public NodeKey Key => PrivateKey.Public;

    public DuplexStream Stream => stream;

    /// <summary>The relay's end.</summary>
    public DuplexStream Far => far;

    public Task<EndReason> Session => session;

    public Task<EndReason> EndAsync() => Eventually.Done(session, "the relay to end the session");

    public async Task HandshakeAsync()
    {
        var greeting = await ReceiveAsync();
        Assert.Equal(FrameType.ServerKey, greeting.Type);
        Assert.True(ServerKey.TryRead(greeting.Payload, out var key));
        Assert.Equal(relay.Key.Public, key);
        await SendAsync(options.Info.ToFrame(PrivateKey, key));
        var info = await ReceiveAsync();
        Assert.Equal(FrameType.ServerInfo, info.Type);
        Assert.NotNull(ServerInfo.TryRead(info.Payload, PrivateKey, key));
    }

    /// <summary>The relay waits for this client to go on with its handshake: its deadline stands.</summary>
    public Task AwaitedAsync() => Eventually.Done(stream.WhenReadToTheEndAsync(), "the relay to wait for the client");

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => Eventually.Done(stream.WriteAsync(bytes), "the relay to read");

    /// <summary>Sends what the relay may refuse to read to its end.</summary>
    public async Task TrySendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await SendAsync(bytes);
        }
        catch (IOException)
        {
            // Closed meanwhile, as expected.
        }
    }

    public Task SendPacketAsync(NodeKey to, ReadOnlySpan<byte> packet)
    {
        var frame = new byte[FrameWriter.PacketOverhead + packet.Length];
        FrameWriter.SendPacket(frame, to, packet);
        return SendAsync(frame);
    }

    public Task SendPacketAsync(NodeKey to, string packet) => SendPacketAsync(to, System.Text.Encoding.UTF8.GetBytes(packet));

    /// <summary>The next frame, whatever it is.</summary>
    public async Task<ReceivedFrame> ReceiveAsync()
    {
        for (; ; )
        {
            if (TryTake() is { } frame) return frame;
            if (await FillAsync() == 0) throw new EndOfStreamException("the relay closed where a frame was expected");
        }
    }

    /// <summary>The next frame, which is a packet.</summary>
    public async Task<(NodeKey From, byte[] Packet)> ReceivePacketAsync()
    {
        var frame = await ReceiveAsync();
        Assert.Equal(FrameType.RecvPacket, frame.Type);
        Assert.True(FramePayload.TryReadPacket(frame.Payload, out var from, out var packet));
        return (from, packet.ToArray());
    }

    /// <summary>A ping that comes back: everything sent before it has been dealt with.</summary>
    public async Task<List<ReceivedFrame>> PingAsync(string data = "PROBE!!!")
    {
        var ping = new byte[FrameWriter.PingSize];
        FrameWriter.Ping(ping, System.Text.Encoding.ASCII.GetBytes(data));
        await SendAsync(ping);
        var before = new List<ReceivedFrame>();
        for (; ; )
        {
            var frame = await ReceiveAsync();
            if (frame.Type == FrameType.Pong && System.Text.Encoding.ASCII.GetString(frame.Payload) == data) return before;
            before.Add(frame);
        }
    }

    /// <summary>All bytes up to the end of the stream.</summary>
    public async Task<byte[]> ReceiveToEndAsync()
    {
        while (await FillAsync() > 0)
        {
        }

        return _buffer[_start.._end];
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        if (options.Key is null) PrivateKey.Dispose();
    }

    private ReceivedFrame? TryTake()
    {
        var status = Frame.TryRead(_buffer.AsSpan(_start.._end), FrameLimits.ClientAccepts, out var frame);
        Assert.NotEqual(FrameStatus.BadLength, status);
        if (status != FrameStatus.Complete) return null;
        _start += frame.TotalLength;
        return new ReceivedFrame(frame.Type, frame.Payload.ToArray());
    }

    private async Task<int> FillAsync()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var read = await Eventually.Done(stream.ReadAsync(_buffer.AsMemory(_end)), "the relay to send something");
        _end += read;
        return read;
    }
}

internal sealed record ReceivedFrame(FrameType Type, byte[] Payload);
