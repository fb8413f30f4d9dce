using System.Net.Sockets;
using System.Text;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

/// <summary>A client of a plain relay without a library: sockets and bytes.</summary>
internal static class RawDerp
{
    /// <summary>Upgrades, proves the key, and returns the stream after the ServerInfo.</summary>
    public static async Task<(NetworkStream Stream, NodeKey Relay)> ConnectAsync(RelaydProcess relayd, NodePrivateKey key)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(relayd.RelayEndPoint);
        var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.WriteAsync("GET /derp HTTP/1.1\r\nHost: relay\r\nUpgrade: DERP\r\nConnection: Upgrade\r\nDerp-Fast-Start: 1\r\n\r\n"u8.ToArray());
        var greeting = await ReadFrameAsync(stream);
        Assert.True(ServerKey.TryRead(greeting.AsSpan(FrameHeader.Size), out var relay), Encoding.ASCII.GetString(greeting));
        await stream.WriteAsync(new ClientInfo().ToFrame(key, relay));
        var info = await ReadFrameAsync(stream);
        Assert.Equal((byte)FrameType.ServerInfo, info[0]);
        return (stream, relay);
    }

    /// <summary>The next frame, header included.</summary>
    public static async Task<byte[]> ReadFrameAsync(Stream stream)
    {
        var header = new byte[FrameHeader.Size];
        await Eventually.Done(stream.ReadExactlyAsync(header).AsTask(), "a frame's header");
        FrameHeader.TryRead(header, out var read);
        Assert.InRange(read.Length, 0u, (uint)FrameLimits.MaxOther);
        var frame = new byte[FrameHeader.Size + read.Length];
        header.CopyTo(frame, 0);
        await Eventually.Done(stream.ReadExactlyAsync(frame.AsMemory(FrameHeader.Size)).AsTask(), "a frame's payload");
        return frame;
    }
}
