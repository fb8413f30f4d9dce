using System.Text;
using Relay.Client.Tests.Fakes;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;

namespace Relay.Client.Tests;

public sealed class HandshakeTests
{
    [Fact]
    public async Task Connect_ToAPlainRelay_IsAdmittedAndTellsWhatItSaw()
    {
        await using var relay = new FakeRelay();
        var connecting = RelayConnection.ConnectAsync(RelayEndpoint.FromUrl(relay.Url), Pair.Options, Within.Token);
        var link = await relay.AdmitAsync();
        await using var client = await Within.TimeAsync(connecting, "the handshake");

        Assert.Equal(relay.Key.Public, client.ServerKey);
        Assert.Equal(Pair.Options.PrivateKey.Public, link.Client);
        Assert.Equal(2, client.ServerInfo.Version);
        Assert.False(client.FastStarted);
        Assert.Null(client.Tls);
        Assert.Equal(RelayTransport.Raw, client.Transport);
        Assert.Equal($"127.0.0.1:{relay.Port}", client.RemoteEndPoint!.ToString());
        Assert.True(client.Timings.Tcp > TimeSpan.Zero && client.Timings.Derp > TimeSpan.Zero && client.Timings.Tls == TimeSpan.Zero);
    }

    [Fact]
    public async Task Connect_WithOptions_SaysThemInClientInfoAndRightAfterIt()
    {
        var line = new MemoryLine();
        var link = new FakeLink(line.Server, NodePrivateKey.Generate());
        var options = Pair.Options with { CanAckPings = true, IsProber = true, Preferred = true, WatchConnections = true, MeshKey = MeshKey.TryParse(new string('7', 64)) };
        var connecting = RelayConnection.ConnectOverAsync(line.Client, Pair.Plain, options, Within.Token);
        await link.ReadHeadAsync();
        await link.WriteAsync(Encoding.ASCII.GetBytes(FakeLink.Switching));
        await link.WriteAsync(FakeLink.ServerKeyFrame(link.Key.Public));
        var info = await link.ReadClientInfoAsync();

        Assert.True(info is { CanAckPings: true, IsProber: true, Version: 2 } && info.MeshKey!.Grants(options.MeshKey));
        var (type, payload) = await link.ReadFrameAsync();
        Assert.Equal(FrameType.NotePreferred, type);
        Assert.Equal([1], payload);
        Assert.Equal(FrameType.WatchConns, (await link.ReadFrameAsync()).Type);
        await link.DisposeAsync();
        await Within.FailsAsync(connecting, "the refusal");
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\n\r\n", RelayError.HttpStatus, "404 Not Found")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", RelayError.HttpStatus, "200 OK")]
    [InlineData("HTTP/1.1 426\r\n\r\n", RelayError.HttpStatus, "426")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n", RelayError.Upgrade, "SSH-2.0")]
    [InlineData("HTTP/1.1 1x1 no\r\n\r\n", RelayError.Upgrade, "HTTP/1.1")]
    [InlineData("", RelayError.Upgrade, "without an answer")]
    [InlineData("HTTP/1.1 101 Swi", RelayError.Upgrade, "within the head")]
    public async Task Connect_AnsweredOtherwise_FailsAndSaysWith(string answer, RelayError error, string said)
    {
        var failure = await RefuseAsync(Encoding.ASCII.GetBytes(answer));
        Assert.Equal(error, failure.Error);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_AnsweredWithAnEndlessHead_GivesUpAtItsLimit()
    {
        var failure = await RefuseAsync([.. "HTTP/1.1 101 x\r\n"u8, .. Enumerable.Repeat((byte)'a', 200_000)]);
        Assert.Equal(RelayError.Upgrade, failure.Error);
        Assert.Contains("16384", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("010000002744455250f09f94918f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e213828", RelayError.BadServerKey)] // 39 bytes
    [InlineData("010000002844455250f09f94908f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f", RelayError.BadServerKey)] // magic
    [InlineData("020000002844455250f09f94918f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f", RelayError.BadServerKey)] // type
    [InlineData("010000002844455250f09f94910000000000000000000000000000000000000000000000000000000000000000", RelayError.BadServerKey)] // zero
    [InlineData("010000002844455250f09f94910100000000000000000000000000000000000000000000000000000000000000", RelayError.BadServerKey)] // low order
    [InlineData("0100000401", RelayError.ProtocolError)] // 1025 bytes
    [InlineData("01ffffffff", RelayError.ProtocolError)]
    [InlineData("0100000028", RelayError.Closed)]
    public async Task Connect_GreetedWrongly_Fails(string greeting, RelayError error)
    {
        var failure = await RefuseAsync([.. Encoding.ASCII.GetBytes(FakeLink.Switching), .. Convert.FromHexString(greeting)]);
        Assert.Equal(error, failure.Error);
    }

    [Fact]
    public async Task Connect_ClosedAfterClientInfo_IsRejectedAndNamesTheKey()
    {
        var line = new MemoryLine();
        var link = new FakeLink(line.Server, NodePrivateKey.Generate());
        var connecting = RelayConnection.ConnectOverAsync(line.Client, Pair.Plain, Pair.Options, Within.Token);
        await link.ReadHeadAsync();
        await link.WriteAsync([.. Encoding.ASCII.GetBytes(FakeLink.Switching), .. FakeLink.ServerKeyFrame(link.Key.Public)]);
        await link.ReadClientInfoAsync();
        await link.DisposeAsync();

        var failure = await Within.FailsAsync(connecting, "the refusal");
        Assert.Equal(RelayError.Rejected, failure.Error);
        Assert.Contains(Pair.Options.PrivateKey.Public.ToText(), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_ServerInfoOfAnotherKey_Fails()
    {
        var line = new MemoryLine();
        var link = new FakeLink(line.Server, NodePrivateKey.Generate());
        var connecting = RelayConnection.ConnectOverAsync(line.Client, Pair.Plain, Pair.Options, Within.Token);
        await link.ReadHeadAsync();
        await link.WriteAsync([.. Encoding.ASCII.GetBytes(FakeLink.Switching), .. FakeLink.ServerKeyFrame(link.Key.Public)]);
        await link.WriteAsync(FrameType.ServerInfo, new byte[53]);
        Assert.Equal(RelayError.ProtocolError, (await Within.FailsAsync(connecting, "the failure")).Error);
    }

    [Fact]
    public async Task Connect_HandshakeCutAtEachByte_NeverHangsAndNeverConnects()
    {
        var key = NodePrivateKey.Generate();
        byte[] whole =
        [
            .. Encoding.ASCII.GetBytes(FakeLink.Switching), .. FakeLink.ServerKeyFrame(key.Public),
            .. new Protocol.Handshake.ServerInfo().ToFrame(key, Pair.Options.PrivateKey.Public),
        ];
        for (var cut = 0; cut < whole.Length; cut++)
        {
            var failure = await RefuseAsync(whole[..cut]);
            Assert.True(failure.Error is RelayError.Upgrade or RelayError.Closed or RelayError.Rejected, $"cut at {cut}: {failure.Error}");
        }
    }

    [Fact]
    public async Task Connect_HandshakeAByteAtATime_Succeeds()
    {
        var line = new MemoryLine();
        var key = NodePrivateKey.Generate();
        var connecting = RelayConnection.ConnectOverAsync(new Trickle(line.Client), Pair.Plain, Pair.Options, Within.Token);
        byte[] whole =
        [
            .. Encoding.ASCII.GetBytes(FakeLink.Switching), .. FakeLink.ServerKeyFrame(key.Public),
            .. new Protocol.Handshake.ServerInfo().ToFrame(key, Pair.Options.PrivateKey.Public), .. FakeLink.Recv(Pair.Other, [1, 2, 3]),
        ];
        await line.Server.WriteAsync(whole, Within.Token);
        await using var client = await Within.TimeAsync(connecting, "the handshake");
        var message = await Within.ReceiveAsync(client);
        Assert.Equal([1, 2, 3], message.Payload);
    }

    private static async Task<RelayException> RefuseAsync(byte[] answer)
    {
        var line = new MemoryLine();
        var connecting = RelayConnection.ConnectOverAsync(line.Client, Pair.Plain, Pair.Options, Within.Token);
        await line.Server.WriteAsync(answer, Within.Token);
        await line.Server.DisposeAsync();
        return await Within.FailsAsync(connecting, $"the failure after {answer.Length} bytes");
    }
}
