using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Relay.Client.Tests.Fakes;
using Relay.Protocol.Frames;

namespace Relay.Client.Tests;

public sealed class WebSocketTests
{
    private static readonly RelayClientOptions Options = Pair.Options with { Transport = RelayTransport.WebSocket };

    [Fact]
    public async Task WebSocket_CarriesDerpBothWays()
    {
        await using var relay = new FakeRelay();
        var (client, link, _) = await ConnectAsync(relay, Options);
        await using var _1 = client;
        Assert.Equal(RelayTransport.WebSocket, client.Transport);

        await client.SendAsync(Pair.Other, "hello"u8.ToArray(), Within.Token);
        var (type, payload) = await link.ReadFrameAsync();
        Assert.Equal((FrameType.SendPacket, 37), (type, payload.Length));

        // One frame in two messages, then two frames in one.
        var frame = FakeLink.Recv(Pair.Other, [1, 2, 3]);
        await link.WriteAsync(frame[..7]);
        await link.WriteAsync([.. frame[7..], .. frame, .. frame]);
        for (var i = 0; i < 3; i++) Assert.Equal([1, 2, 3], (await Within.ReceiveAsync(client)).Payload);
    }

    [Fact]
    public async Task WebSocket_LargePacket_GoesInMessagesOfAtMost32Kilobytes()
    {
        await using var relay = new FakeRelay();
        var (client, _, socket) = await ConnectAsync(relay, Options);
        await using var _1 = client;
        var packet = RandomNumberGenerator.GetBytes(65536);
        await client.SendAsync(Pair.Other, packet, Within.Token);

        var received = new List<byte>();
        var buffer = new byte[65536];
        while (received.Count < packet.Length + 37)
        {
            var message = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                result = await Within.TimeAsync(socket.ReceiveAsync(buffer.AsMemory(), Within.Token), "a message");
                Assert.Equal(WebSocketMessageType.Binary, result.MessageType);
                received.AddRange(buffer[..result.Count]);
                message += result.Count;
            }
            while (!result.EndOfMessage);
            Assert.InRange(message, 1, 32768);
        }

        Assert.Equal(packet, received.Skip(37));
    }

    [Fact]
    public async Task WebSocket_TextMessage_EndsTheConnection()
    {
        await using var relay = new FakeRelay();
        var (client, _, socket) = await ConnectAsync(relay, Options);
        await using var _1 = client;
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, Within.Token);
        Assert.Equal(RelayError.ProtocolError, (await Within.FailsAsync(Within.ReceiveAsync(client), "the end")).Error);
    }

    [Fact]
    public async Task WebSocket_ClosedByTheRelay_IsAnOrdinaryEnd()
    {
        await using var relay = new FakeRelay();
        var (client, _, socket) = await ConnectAsync(relay, Options);
        await using var _1 = client;
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Within.Token);
        var failure = await Within.FailsAsync(Within.ReceiveAsync(client), "the end");
        Assert.Equal((RelayError.Closed, $"{client.Name} closed the connection"), (failure.Error, failure.Message));
    }

    [Fact]
    public async Task Dispose_SaysGoodbye()
    {
        await using var relay = new FakeRelay();
        var (client, _, socket) = await ConnectAsync(relay, Options);
        await client.DisposeAsync();
        var result = await Within.TimeAsync(socket.ReceiveAsync(new byte[10], Within.Token), "the close");
        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task Auto_WhereRawIsRefused_GoesOverWebSocket()
    {
        await using var relay = new FakeRelay();
        var refusing = RefuseAsync(relay);
        var (client, _, _) = await ConnectAsync(relay, Pair.Options, refusing);
        await using var _1 = client;
        Assert.Equal(RelayTransport.WebSocket, client.Transport);
    }

    [Fact]
    public async Task Auto_WhereBothAreRefused_TellsWhatTheFirstSaid()
    {
        await using var relay = new FakeRelay();
        var connecting = RelayConnection.ConnectAsync(RelayEndpoint.FromUrl(relay.Url), Pair.Options, Within.Token);
        await RefuseAsync(relay);
        await RefuseAsync(relay, "403 Forbidden");
        var failure = await Within.FailsAsync(connecting, "the refusal");
        Assert.Equal((RelayError.HttpStatus, 502), (failure.Error, failure.HttpStatus));
    }

    [Theory]
    [InlineData("Sec-WebSocket-Accept: bm9uc2Vuc2U=\r\nSec-WebSocket-Protocol: derp\r\n")]
    [InlineData("")]
    public async Task WebSocket_AnsweredWrongly_Fails(string headers)
    {
        await using var relay = new FakeRelay();
        var connecting = RelayConnection.ConnectAsync(RelayEndpoint.FromUrl(relay.Url), Options, Within.Token);
        var link = await relay.AcceptLinkAsync();
        await link.ReadHeadAsync();
        await link.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\n{headers}\r\n"));
        Assert.Equal(RelayError.Upgrade, (await Within.FailsAsync(connecting, "the failure")).Error);
    }

    private static async Task RefuseAsync(FakeRelay relay, string status = "502 Bad Gateway")
    {
        var link = await relay.AcceptLinkAsync();
        await link.ReadHeadAsync();
        await link.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nConnection: close\r\n\r\n"));
    }

    private static async Task<(RelayConnection Client, FakeLink Link, WebSocket Socket)> ConnectAsync(FakeRelay relay, RelayClientOptions options, Task? before = null)
    {
        var connecting = RelayConnection.ConnectAsync(RelayEndpoint.FromUrl(relay.Url), options, Within.Token);
        if (before is not null) await before;
        var link = await relay.AcceptLinkAsync();
        var key = (await link.ReadHeadAsync()).Split("Sec-Websocket-Key: ")[1].Split("\r\n")[0];
#pragma warning disable CA5350 // RFC 6455 asks for it.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await link.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: derp\r\nUpgrade: websocket\r\n\r\n"));
        var socket = WebSocket.CreateFromStream(link.Stream, new WebSocketCreationOptions { IsServer = true, SubProtocol = "derp" });
        link.Stream = WebSocketStream.Create(socket, WebSocketMessageType.Binary, ownsWebSocket: true);
        await link.GreetAsync();
        return (await Within.TimeAsync(connecting, "the handshake"), link, socket);
    }
}
