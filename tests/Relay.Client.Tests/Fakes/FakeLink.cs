using System.Text;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;

namespace Relay.Client.Tests.Fakes;

/// <summary>The relay's end of one connection, moved step by step by a test.</summary>
internal sealed class FakeLink(Stream stream, NodePrivateKey key) : IAsyncDisposable
{
    public const string Switching = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: DERP\r\nConnection: Upgrade\r\nDerp-Version: 2\r\n\r\n";

    private byte[] _read = [];

    public Stream Stream { get; set; } = stream;

    public NodePrivateKey Key { get; } = key;

    /// <summary>The client's key, after <see cref="ReadClientInfoAsync"/>.</summary>
    public NodeKey Client { get; private set; }

    /// <summary>The request's head, after <see cref="ReadHeadAsync"/>.</summary>
    public string Head { get; private set; } = "";

    public async Task<string> ReadHeadAsync()
    {
        int end;
        while ((end = _read.AsSpan().IndexOf("\r\n\r\n"u8)) < 0) await FillAsync();
        Head = Encoding.ASCII.GetString(_read, 0, end + 4);
        _read = _read[(end + 4)..];
        return Head;
    }

    public async Task<(FrameType Type, byte[] Payload)> ReadFrameAsync()
    {
        while (true)
        {
            var status = Frame.TryRead(_read, static _ => true, out var frame);
            if (status == FrameStatus.Complete)
            {
                var result = (frame.Type, frame.Payload.ToArray());
                _read = _read[frame.TotalLength..];
                return result;
            }

            await FillAsync();
        }
    }

    public async Task<ClientInfo> ReadClientInfoAsync()
    {
        var (type, payload) = await ReadFrameAsync();
        Assert.Equal(FrameType.ClientInfo, type);
        Assert.Equal(ClientInfoStatus.Ok, ClientInfo.TryRead(payload, Key, out var client, out var info));
        Client = client;
        return info;
    }

    /// <summary>The whole handshake; what the client asked for decides whether HTTP is answered.</summary>
    public async Task<FakeLink> AdmitAsync(ServerInfo? info = null)
    {
        var head = await ReadHeadAsync();
        if (!head.Contains("Derp-Fast-Start: 1\r\n", StringComparison.Ordinal)) await WriteAsync(Encoding.ASCII.GetBytes(Switching));
        await GreetAsync(info);
        return this;
    }

    /// <summary>The handshake after the upgrade.</summary>
    public async Task GreetAsync(ServerInfo? info = null)
    {
        await WriteAsync(ServerKeyFrame(Key.Public));
        await ReadClientInfoAsync();
        await WriteAsync((info ?? new ServerInfo()).ToFrame(Key, Client));
    }

    public Task WriteAsync(byte[] bytes) => Stream.WriteAsync(bytes, Within.Token).AsTask();

    public Task WriteAsync(FrameType type, params byte[] payload) => WriteAsync(Bytes(type, payload));

    public static byte[] Bytes(FrameType type, params byte[] payload)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        FrameHeader.Write(frame, type, payload.Length);
        payload.CopyTo(frame, FrameHeader.Size);
        return frame;
    }

    public static byte[] Recv(NodeKey from, byte[] packet)
    {
        var frame = new byte[FrameWriter.PacketOverhead + packet.Length];
        FrameWriter.RecvPacket(frame, from, packet);
        return frame;
    }

    public static byte[] ServerKeyFrame(NodeKey key)
    {
        var frame = new byte[ServerKey.FrameSize];
        ServerKey.Write(frame, key);
        return frame;
    }

    public async Task<int> ReadToEndAsync()
    {
        var total = 0;
        var buffer = new byte[65536];
        try
        {
            for (int read; (read = await Stream.ReadAsync(buffer, Within.Token)) > 0;) total += read;
        }
        catch (IOException)
        {
            // Reset: an end too.
        }

        return total;
    }

    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    private async Task FillAsync()
    {
        var buffer = new byte[65536];
        var read = await Within.TimeAsync(Stream.ReadAsync(buffer, Within.Token), "bytes from the client");
        if (read == 0) throw new EndOfStreamException("the client closed the connection");
        _read = [.. _read, .. buffer[..read]];
    }
}
