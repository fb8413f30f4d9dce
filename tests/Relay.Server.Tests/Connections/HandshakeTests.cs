using System.Net;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Server.Admission;
using Relay.Server.Connections;
using Relay.Server.Transport;
using Relay.Testing;

namespace Relay.Server.Tests.Connections;

public sealed class HandshakeTests
{
    [Fact]
    public async Task Greeting_ComesWithTheResponseHeadInFront()
    {
        await using var relay = new TestRelay();
        var client = relay.Open(new TestClientOptions { Greeting = "HTTP/1.1 101 …\r\n\r\n"u8.ToArray() });
        var head = new byte[20 + ServerKey.FrameSize];
        await Eventually.Done(client.Stream.ReadExactlyAsync(head).AsTask(), "the greeting");
        Assert.Equal("HTTP/1.1 101 …\r\n\r\n"u8.ToArray(), head[..20]);
        Assert.True(ServerKey.TryRead(head.AsSpan(25), out var key));
        Assert.Equal(relay.Key.Public, key);
    }

    [Fact]
    public async Task ClientInfo_CutAnywhere_IsAccepted()
    {
        await using var relay = new TestRelay();
        using var key = NodePrivateKey.Generate();
        var frame = new ClientInfo().ToFrame(key, relay.Key.Public);
        foreach (var chunks in Splits.Of(frame))
        {
            var client = relay.Open();
            await client.ReceiveAsync();
            foreach (var chunk in chunks) await client.SendAsync(chunk);
            Assert.Equal(FrameType.ServerInfo, (await client.ReceiveAsync()).Type);
            await client.DisposeAsync();
            await client.EndAsync();
        }
    }

    [Fact]
    public async Task ClientInfo_ReadWithTheRequestHead_IsNotLost()
    {
        await using var relay = new TestRelay();
        using var key = NodePrivateKey.Generate();
        var frame = new ClientInfo().ToFrame(key, relay.Key.Public);
        byte[] ping = [0x12, 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8];
        foreach (var received in new[] { 1, 5, frame.Length - 1, frame.Length, frame.Length + 3, frame.Length + ping.Length })
        {
            byte[] all = [.. frame, .. ping];
            var client = relay.Open(new TestClientOptions { Received = all.AsMemory(0, received) });
            await client.SendAsync(all.AsMemory(received));
            Assert.Equal(FrameType.ServerKey, (await client.ReceiveAsync()).Type);
            Assert.Equal(FrameType.ServerInfo, (await client.ReceiveAsync()).Type);
            Assert.Equal(FrameType.Pong, (await client.ReceiveAsync()).Type);
            await client.DisposeAsync();
            await client.EndAsync();
        }
    }

    public static TheoryData<string, EndReason> BadClientInfos() => new()
    {
        { "a frame before ClientInfo", EndReason.HandshakeFrame },
        { "announced longer than 256 KiB", EndReason.HandshakeFrame },
        { "announced with 2^32-1 bytes", EndReason.HandshakeFrame },
        { "announced shorter than key and nonce", EndReason.HandshakeFrame },
        { "too short to be opened", EndReason.HandshakeProof },
        { "sealed for another key", EndReason.HandshakeProof },
        { "changed on its way", EndReason.HandshakeProof },
        { "another's public key", EndReason.HandshakeProof },
        { "all-zero key", EndReason.HandshakeProof },
        { "low-order key", EndReason.HandshakeProof },
        { "garbage", EndReason.HandshakeFrame },
        { "closed at once", EndReason.PeerClosed },
        { "cut in the header", EndReason.TruncatedFrame },
        { "cut in the box", EndReason.TruncatedFrame },
    };

    [Theory]
    [MemberData(nameof(BadClientInfos))]
    public async Task ClientInfo_Bad_EndsWithItsReason(string what, EndReason expected)
    {
        await using var relay = new TestRelay();
        var bystander = await relay.ConnectAsync();
        var client = relay.Open();
        await client.ReceiveAsync();
        await client.SendAsync(Bad(what, relay.Key.Public));
        if (expected is EndReason.PeerClosed or EndReason.TruncatedFrame) client.Stream.CompleteWrites();

        Assert.Equal(expected, await client.EndAsync());
        Assert.Empty(await client.ReceiveToEndAsync());
        Assert.Equal(1, relay.Server.Snapshot().Ended(expected));
        Assert.Empty(await bystander.PingAsync());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("")]
    [InlineData("{}x")]
    [InlineData("""{"version":"2"}""")]
    [InlineData("""{"meshKey":""}""")]
    [InlineData("""{"meshKey":null}""")]
    [InlineData("""{"meshKey":"0123"}""")]
    public async Task ClientInfo_WithBadJson_EndsTheConnection(string json)
    {
        await using var relay = new TestRelay();
        var client = relay.Open();
        await client.ReceiveAsync();
        await client.SendAsync(Raw.ClientInfo(client.PrivateKey, relay.Key.Public, json));
        Assert.Equal(EndReason.HandshakeJson, await client.EndAsync());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"VERSION":1,"canackpings":true,"new":{"a":[1,2]}}""")]
    public async Task ClientInfo_WithUnusualJson_IsAccepted(string json)
    {
        await using var relay = new TestRelay();
        var client = relay.Open();
        await client.ReceiveAsync();
        await client.SendAsync(Raw.ClientInfo(client.PrivateKey, relay.Key.Public, json));
        Assert.Equal(FrameType.ServerInfo, (await client.ReceiveAsync()).Type);
    }

    [Fact]
    public async Task WrongMeshKey_IsAnOrdinaryClient()
    {
        await using var relay = new TestRelay(new RelayOptions { MeshKey = Raw.MeshKey('a') });
        var client = await relay.ConnectAsync(new TestClientOptions { Info = new ClientInfo { MeshKey = Raw.MeshKey('b') } });
        Assert.Empty(await client.PingAsync());
        await client.SendAsync(new byte[] { (byte)FrameType.WatchConns, 0, 0, 0, 0 });
        Assert.Equal(EndReason.NoMeshRights, await client.EndAsync());
    }

    [Fact]
    public async Task SilentClient_IsClosedAfterTheTimeoutAndNotBefore()
    {
        await using var relay = new TestRelay();
        var client = relay.Open();
        await client.ReceiveAsync();
        await client.AwaitedAsync();
        relay.Advance(TimeSpan.FromSeconds(9.5));
        Assert.False(client.Session.IsCompleted);
        relay.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(EndReason.HandshakeTimeout, await client.EndAsync());
    }

    [Fact]
    public async Task ClientThatTricklesItsClientInfo_IsClosedAfterTheTimeout()
    {
        await using var relay = new TestRelay();
        var client = relay.Open();
        await client.ReceiveAsync();
        await client.AwaitedAsync();
        var frame = new ClientInfo().ToFrame(client.PrivateKey, relay.Key.Public);
        for (var i = 0; i < 11 && !client.Session.IsCompleted; i++)
        {
            await client.TrySendAsync(frame.AsMemory(i, 1));
            relay.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(EndReason.HandshakeTimeout, await client.EndAsync());
    }

    [Fact]
    public async Task ClientThatNeverReadsItsGreeting_IsClosedAfterTheTimeout()
    {
        await using var relay = new TestRelay();
        var client = relay.Open(new TestClientOptions { Capacity = 8 });
        await Eventually.Done(client.Stream.WhenFullAsync(), "the greeting to get stuck");
        relay.Advance(TimeSpan.FromSeconds(11));
        Assert.Contains(await client.EndAsync(), new[] { EndReason.HandshakeTimeout, EndReason.WriteTimeout });
    }

    [Fact]
    public async Task NotAdmitted_IsClosedBeforeServerInfo()
    {
        var admission = new OneKey();
        await using var relay = new TestRelay(admission: admission);
        var stranger = relay.Open();
        await stranger.ReceiveAsync();
        await stranger.SendAsync(new ClientInfo().ToFrame(stranger.PrivateKey, relay.Key.Public));
        Assert.Equal(EndReason.NotAdmitted, await stranger.EndAsync());
        Assert.Empty(await stranger.ReceiveToEndAsync());

        using var key = NodePrivateKey.Generate();
        admission.Allowed = key.Public;
        await relay.ConnectAsync(new TestClientOptions { Key = key });
    }

    [Fact]
    public async Task Handshake_IsOverOnceTheClientIsAdmitted_AndNotBefore()
    {
        var admission = new OneKey();
        await using var relay = new TestRelay(admission: admission);
        var count = new Count();
        var stranger = relay.Open(new TestClientOptions { Handshake = count });
        await stranger.ReceiveAsync();
        await stranger.SendAsync(new ClientInfo().ToFrame(stranger.PrivateKey, relay.Key.Public));
        await stranger.EndAsync();
        Assert.Equal(0, count.Completed);

        using var key = NodePrivateKey.Generate();
        admission.Allowed = key.Public;
        await relay.ConnectAsync(new TestClientOptions { Key = key, Handshake = count });
        Assert.Equal(1, count.Completed);
    }

    private static byte[] Bad(string what, NodeKey relay)
    {
        using var key = NodePrivateKey.Generate();
        using var other = NodePrivateKey.Generate();
        var good = new ClientInfo().ToFrame(key, relay);
        switch (what)
        {
            case "a frame before ClientInfo": return [0x12, 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8];
            case "announced longer than 256 KiB": return [0x02, 0, 4, 0, 1];
            case "announced with 2^32-1 bytes": return [0x02, 255, 255, 255, 255];
            case "announced shorter than key and nonce": return [0x02, 0, 0, 0, 55];
            case "too short to be opened": return [0x02, 0, 0, 0, 60, .. good[5..65]];
            case "sealed for another key": return new ClientInfo().ToFrame(key, other.Public);
            case "another's public key": other.Public.CopyTo(good.AsSpan(5)); return good;
            case "all-zero key": good.AsSpan(5, 32).Clear(); return good;
            case "low-order key": good.AsSpan(5, 32).Clear(); good[5] = 1; return good;
            case "garbage": return "GET / HTTP/1.1\r\n\r\n"u8.ToArray();
            case "closed at once": return [];
            case "cut in the header": return good[..3];
            case "cut in the box": return good[..^1];
            default: good[^1] ^= 1; return good;
        }
    }

    private sealed class Count : IHandshakeFeature
    {
        public int Completed { get; private set; }

        public void Complete() => Completed++;
    }

    private sealed class OneKey : IAdmission
    {
        public NodeKey Allowed { get; set; }

        public ValueTask<AdmissionAnswer> AdmitAsync(NodeKey client, IPAddress? source, CancellationToken cancellationToken) =>
            new(client == Allowed ? AdmissionAnswer.Admit(new Grant(null)) : AdmissionAnswer.Refuse(AdmissionResult.Denied));

        public void Renew(NodeKey client, IPAddress? source, Grant grant)
        {
        }

        public bool TryFindNetwork(NodeKey remote, out Network? network)
        {
            network = null;
            return true;
        }
    }
}
