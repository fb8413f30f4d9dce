using System.Net;
using System.Net.WebSockets;
using Relay.Server.Connections;
using Relay.Server.Http;

namespace Relay.Server.Tests.Http;

public sealed class WebSocketTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Session_InEitherHttp_CarriesAByteStream(string version)
    {
        await using var host = await TestHost.StartAsync();
        using var socket = await ConnectAsync(host, version: Version.Parse(version));
        Assert.Equal("derp", socket.SubProtocol);
        Assert.Equal(host.Relay.ServerKeyFrame, await ReadAsync(socket, host.Relay.ServerKeyFrame.Length));
        await socket.SendAsync(new byte[] { 1, 2, 3 }, WebSocketMessageType.Binary, true, Cancelled);
        Assert.Equal([1, 2, 3], await ReadAsync(socket, 3));

        var connection = await host.Relay.NextAsync();
        Assert.Equal(TransportKind.WebSocket, connection.Transport);
        Assert.Null(connection.IdealNode);
        Assert.Null(connection.Socket);
        Assert.NotNull(connection.Carrier);
        Assert.Equal(IPAddress.Loopback, connection.RemoteEndPoint!.Address.MapToIPv4());

        await Wait.For(socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled), "the closing handshake");
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        Assert.Null(await host.Relay.NextEndAsync());
    }

    [Fact]
    public async Task Messages_InAnyFragmentsAndSizes_AreOneStream()
    {
        await using var host = await TestHost.StartAsync();
        using var socket = await ConnectAsync(host);
        await ReadAsync(socket, host.Relay.ServerKeyFrame.Length);
        var sent = new byte[300_000];
        new Random(1).NextBytes(sent);
        var at = 0;
        foreach (var (length, end) in ((int, bool)[])[(1, false), (0, false), (5, true), (0, true), (100_000, false), (99_994, true), (100_000, true)])
        {
            await socket.SendAsync(sent.AsMemory(at, length), WebSocketMessageType.Binary, end, Cancelled);
            at += length;
        }

        Assert.Equal(sent, await ReadAsync(socket, sent.Length));
    }

    [Fact]
    public async Task Outgoing_Messages_AreBinaryAndAtMost32KiB()
    {
        await using var host = await TestHost.StartAsync();
        host.Relay.Session = connection => connection.Stream.WriteAsync(new byte[100_000]).AsTask();
        using var socket = await ConnectAsync(host);
        await ReadAsync(socket, host.Relay.ServerKeyFrame.Length);
        var sizes = new List<int>();
        var buffer = new byte[200_000];
        for (var length = 0; ;)
        {
            var result = await Wait.For(socket.ReceiveAsync(buffer.AsMemory(length), Cancelled).AsTask(), "a message");
            if (result.MessageType == WebSocketMessageType.Close) break;
            Assert.Equal(WebSocketMessageType.Binary, result.MessageType);
            length += result.Count;
            if (!result.EndOfMessage) continue;
            sizes.Add(length);
            length = 0;
        }

        Assert.Equal([32_768, 32_768, 32_768, 1_696], sizes);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task TextMessage_IsRefusedWith1003()
    {
        await using var host = await TestHost.StartAsync();
        using var socket = await ConnectAsync(host);
        await ReadAsync(socket, host.Relay.ServerKeyFrame.Length);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, Cancelled);
        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, await ReadCloseAsync(socket));
        Assert.IsType<IOException>(await host.Relay.NextEndAsync());
    }

    [Fact]
    public async Task Message_AboveOneMebibyte_IsRefusedWith1009()
    {
        await using var host = await TestHost.StartAsync();
        host.Relay.Session = connection => connection.Stream.CopyToAsync(Stream.Null);
        using var socket = await ConnectAsync(host);
        await ReadAsync(socket, host.Relay.ServerKeyFrame.Length);
        await socket.SendAsync(new byte[DerpWebSocketStream.MaxIncoming], WebSocketMessageType.Binary, true, Cancelled);
        await socket.SendAsync(new byte[DerpWebSocketStream.MaxIncoming], WebSocketMessageType.Binary, false, Cancelled);
        await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, Cancelled);
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, await ReadCloseAsync(socket));
        Assert.IsType<IOException>(await host.Relay.NextEndAsync());
    }

    [Theory]
    [InlineData("derpx", null)]
    [InlineData("foo-derp", null)]
    [InlineData("derpx, DERP", "DERP")]
    public async Task Subprotocol_ThatOnlyContainsDerp_IsNegotiatedInFull(string offered, string? agreed)
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SendAsync(
            "GET /derp HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
            $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: {offered}\r\n\r\n");
        var answer = await client.ReadAnswerAsync();
        Assert.Equal(101, answer.Status);
        Assert.Equal(agreed, answer["Sec-WebSocket-Protocol"]);
        if (agreed is not null) return;

        var frame = await client.ReadAsync(4);
        Assert.Equal(0x88, frame[0]);
        Assert.Equal(1008, (frame[2] << 8) + frame[3]);
        Assert.True(host.Relay.NothingServed);
    }

    [Theory]
    [InlineData(WebSocketCloseStatus.NormalClosure, true)]
    [InlineData(WebSocketCloseStatus.EndpointUnavailable, true)]
    [InlineData(WebSocketCloseStatus.ProtocolError, false)]
    public async Task CloseCode_OfTheClient_TellsAnOrderlyEnd(WebSocketCloseStatus status, bool orderly)
    {
        await using var host = await TestHost.StartAsync();
        using var socket = await ConnectAsync(host);
        await ReadAsync(socket, host.Relay.ServerKeyFrame.Length);
        await Wait.For(socket.CloseAsync(status, null, Cancelled), "the closing handshake");
        Assert.Equal(orderly, await host.Relay.NextEndAsync() is null);
    }

    [Fact]
    public async Task Client_ThatNeverAnswersTheClose_IsCutAtTheDeadline()
    {
        await using var host = await TestHost.StartAsync(options => options with { CloseTimeout = TimeSpan.FromMilliseconds(100) });
        host.Relay.Session = _ => Task.CompletedTask;
        using var socket = await ConnectAsync(host);
        await host.Relay.NextEndAsync();
        await Wait.Until(() => host.Gate.Open == 0, "the connection is cut");
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Session_ThatAborts_EndsItsReadAndTheClient(string version)
    {
        await using var host = await TestHost.StartAsync();
        using var socket = await ConnectAsync(host, version: Version.Parse(version));
        await ReadAsync(socket, host.Relay.ServerKeyFrame.Length);
        var connection = await host.Relay.NextAsync();
        connection.Abort();
        Assert.NotNull(await host.Relay.NextEndAsync());
        connection.Abort();
        await Assert.ThrowsAsync<WebSocketException>(() => ReadAsync(socket, 1));
    }

    [Theory]
    [InlineData("PUT /derp HTTP/1.1\r\nConnection: Upgrade", 405)]
    [InlineData("GET /derp HTTP/1.1\r\nConnection: keep-alive", 426)]
    [InlineData("GET /derp HTTP/1.0\r\nConnection: Upgrade", 426)]
    public async Task Request_ThatIsNoProperWebSocket_IsRefused(string start, int status)
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SendAsync(
            $"{start}\r\nHost: x\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: derp\r\n\r\n");
        Assert.Equal(status, (await client.ReadAnswerAsync()).Status);
    }

    [Theory]
    [InlineData("dGhlIHNhbXBsZQ==")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!!!")]
    public async Task Key_ThatIsNot16Bytes_IsRefused(string key)
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SendAsync(
            "GET /derp HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
            $"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: derp\r\n\r\n");
        Assert.Equal(400, (await client.ReadAnswerAsync()).Status);
    }

    [Fact]
    public async Task Request_WhileDraining_GetsA503()
    {
        await using var host = await TestHost.StartAsync();
        host.Relay.Draining = true;
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(host));
        Assert.Contains("503", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<ClientWebSocket> ConnectAsync(TestHost host, Version? version = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("derp");
        socket.Options.HttpVersion = version ?? HttpVersion.Version11;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.SetRequestHeader("Ideal-Node", "1a");
        var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null } };
        var invoker = new HttpMessageInvoker(handler);
        await Wait.For(socket.ConnectAsync(new Uri($"wss://localhost:{host.Tls}/derp"), invoker, Cancelled), "a WebSocket");
        return socket;
    }

    private static async Task<byte[]> ReadAsync(WebSocket socket, int length)
    {
        var bytes = new byte[length];
        for (var at = 0; at < length;)
        {
            var result = await Wait.For(socket.ReceiveAsync(bytes.AsMemory(at), Cancelled).AsTask(), $"{length - at} bytes in messages");
            Assert.Equal(WebSocketMessageType.Binary, result.MessageType);
            at += result.Count;
        }

        return bytes;
    }

    private static async Task<WebSocketCloseStatus?> ReadCloseAsync(WebSocket socket)
    {
        var result = await Wait.For(socket.ReceiveAsync(new byte[100].AsMemory(), Cancelled).AsTask(), "a close");
        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
        await Wait.For(socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled), "the answer to the close");
        return socket.CloseStatus;
    }
}
