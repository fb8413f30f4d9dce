using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Relay.Server.Connections;

namespace Relay.Server.Tests.Http;

/// <summary>How connections become DERP, over real sockets.</summary>
public sealed class DerpConnectionTests
{
    private const string Slow = "GET /derp HTTP/1.1\r\nHost: relay\r\nConnection: Upgrade\r\nUpgrade: DERP\r\n\r\n";
    private const string Fast = "GET /derp HTTP/1.1\r\nHost: relay\r\nConnection: Upgrade\r\nDerp-Fast-Start: 1\r\nIdeal-Node: 1a\r\nUpgrade: DERP\r\n\r\n";
    private static readonly byte[] ClientInfo = [2, 0, 0, 0, 104, .. Enumerable.Range(0, 104).Select(i => (byte)i)];

    [Fact]
    public async Task FastStart_GluedToClientInfo_AtEverySplit_LosesNoByte()
    {
        await using var host = await TestHost.StartAsync();
        byte[] all = [.. Encoding.ASCII.GetBytes(Fast), .. ClientInfo];
        for (var split = 1; split <= all.Length; split++)
        {
            await using var client = await host.ConnectAsync();
            await client.SendAsync(all.AsMemory(0, split));
            await client.SendAsync(all.AsMemory(split));
            var expected = (byte[])[.. host.Relay.ServerKeyFrame, .. ClientInfo];
            Assert.Equal(expected, await client.ReadAsync(expected.Length));
        }
    }

    [Fact]
    public async Task FastStart_OverTls_GetsNoHttpByte()
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectTlsAsync();
        await client.SendAsync((byte[])[.. Encoding.ASCII.GetBytes(Fast), .. ClientInfo]);
        var expected = (byte[])[.. host.Relay.ServerKeyFrame, .. ClientInfo];
        Assert.Equal(expected, await client.ReadAsync(expected.Length));

        var connection = await host.Relay.NextAsync();
        Assert.Equal("1a", connection.IdealNode);
        Assert.True(connection.Greeting.IsEmpty);
        Assert.Equal(TransportKind.Raw, connection.Transport);
        Assert.Equal((IPEndPoint)client.Socket.LocalEndPoint!, connection.RemoteEndPoint);
    }

    [Fact]
    public async Task SlowStart_ByteByByte_GetsTheSwitchAndTheServerKey()
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectTlsAsync();
        foreach (var one in Encoding.ASCII.GetBytes(Slow)) await client.SendAsync(new[] { one });
        Assert.Equal(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: DERP\r\nConnection: Upgrade\r\nDerp-Version: 2\r\nDerp-Public-Key: {host.Relay.PublicKey.ToHex()}\r\n\r\n",
            await client.ReadHeadAsync());
        Assert.Equal(host.Relay.ServerKeyFrame, await client.ReadAsync(host.Relay.ServerKeyFrame.Length));
        await client.SendAsync(ClientInfo);
        Assert.Equal(ClientInfo, await client.ReadAsync(ClientInfo.Length));
    }

    [Fact]
    public async Task Session_ThatEnds_ClosesTheConnectionInOrder()
    {
        await using var host = await TestHost.StartAsync();
        host.Relay.Session = _ => Task.CompletedTask;
        await using var client = await host.ConnectTlsAsync();

        // Unread bytes at the server would make a plain close a reset, and lose what it sent.
        await client.SendAsync((byte[])[.. Encoding.ASCII.GetBytes(Fast), .. ClientInfo, .. new byte[20_000]]);
        using var all = new MemoryStream();
        await Wait.For(client.Stream.CopyToAsync(all, TestContext.Current.CancellationToken), "an orderly end");
        Assert.Equal(host.Relay.ServerKeyFrame, all.ToArray());
    }

    [Fact]
    public async Task Session_ThatAborts_ClosesTheConnectionAtOnce()
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectTlsAsync();
        await client.SendAsync(Fast);
        await client.ReadAsync(host.Relay.ServerKeyFrame.Length);
        var connection = await host.Relay.NextAsync();
        connection.Abort();
        connection.Abort();
        Assert.IsAssignableFrom<IOException>(await host.Relay.NextEndAsync());
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Client_ThatLeaves_IsAnEndInOrder()
    {
        await using var host = await TestHost.StartAsync();
        await using (var client = await host.ConnectTlsAsync())
        {
            await client.SendAsync(Fast);
            await client.ReadAsync(host.Relay.ServerKeyFrame.Length);
            await client.Ssl.ShutdownAsync();
        }

        Assert.Null(await host.Relay.NextEndAsync());
        await Wait.Until(() => host.Gate.Open == 0, "the connection is given back");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Upgrade_WhileDraining_GetsA503(bool fast)
    {
        await using var host = await TestHost.StartAsync();
        host.Relay.Draining = true;
        await using var client = await host.ConnectTlsAsync();
        await client.SendAsync(fast ? Fast : Slow);
        var answer = await client.ReadAnswerAsync();
        Assert.Equal(503, answer.Status);
        Assert.Equal("close", answer["Connection"]);
        Assert.Empty(await client.ReadToEndAsync());
        Assert.True(host.Relay.NothingServed);
    }

    [Fact]
    public async Task Upgrade_AsALaterRequest_StartsSlowly()
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectTlsAsync();
        await client.SendAsync("GET /derp/probe HTTP/1.1\r\nHost: relay\r\n\r\n");
        Assert.Equal(200, (await client.ReadAnswerAsync()).Status);
        await client.SendAsync(Slow.Replace("Upgrade: DERP", "Ideal-Node: 1a\r\nUpgrade: DERP", StringComparison.Ordinal));
        var answer = await client.ReadAnswerAsync();
        Assert.Equal(101, answer.Status);
        Assert.Equal(host.Relay.PublicKey.ToHex(), answer["Derp-Public-Key"]);
        Assert.Equal(host.Relay.ServerKeyFrame, await client.ReadAsync(host.Relay.ServerKeyFrame.Length));
        await client.SendAsync(ClientInfo);
        Assert.Equal(ClientInfo, await client.ReadAsync(ClientInfo.Length));
        var connection = await host.Relay.NextAsync();
        Assert.Equal("1a", connection.IdealNode);
        connection.Abort();
        Assert.NotNull(await host.Relay.NextEndAsync());
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task FastStart_AsALaterRequest_IsRefused()
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SendAsync("GET /derp/probe HTTP/1.1\r\nHost: relay\r\n\r\n");
        Assert.Equal(200, (await client.ReadAnswerAsync()).Status);
        await client.SendAsync(Fast);
        Assert.Equal(400, (await client.ReadAnswerAsync()).Status);
        Assert.True(host.Relay.NothingServed);
    }

    [Theory]
    [InlineData(20_000, 101)]
    [InlineData(40_000, 431)]
    public async Task Head_TooLongForUs_IsTheHttpServersToAnswer(int padding, int status)
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SendAsync(Slow.Replace("Host", $"X: {new string('x', padding)}\r\nHost", StringComparison.Ordinal));
        Assert.Equal(status, (await client.ReadAnswerAsync()).Status);
    }

    [Theory]
    [InlineData("GET /derp HTTP/1.1\r\nUpgrade : derp\r\n\r\n")]
    [InlineData("hello, is this an SMTP server?\r\n")]
    [InlineData("\0\u0001\u0002\n\n\n")]
    public async Task Garbage_InsteadOfAHead_GetsA400(string garbage)
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectTlsAsync();
        await client.SendAsync(garbage);
        Assert.Equal(400, (await client.ReadAnswerAsync()).Status);
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Head_AByteASecond_IsCutOffAtTheDeadline()
    {
        var time = new FakeTimeProvider();
        await using var host = await TestHost.StartAsync(time: time);
        await using var client = await host.ConnectAsync();
        await client.SendAsync("GET /derp HTTP/1.1\r\nX: ");
        var answer = client.ReadAnswerAsync();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!answer.IsCompleted && await TrySendAsync())
        {
            await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        // If each byte brought a new deadline, none would ever pass, and the answer not come.
        Assert.Equal(408, (await answer).Status);
        Assert.True(time.GetUtcNow() - time.Start >= TimeSpan.FromSeconds(10));

        async Task<bool> TrySendAsync()
        {
            try
            {
                await client.SendAsync("x");
                return true;
            }
            catch (IOException)
            {
                return false; // the server has answered and gone
            }
        }
    }

    [Fact]
    public async Task Silence_UntilTheDeadline_IsClosedWithoutAWord()
    {
        var time = new FakeTimeProvider();
        await using var host = await TestHost.StartAsync(time: time);
        await using var client = await host.ConnectAsync();
        var end = client.ReadToEndAsync();
        await Wait.Until(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return end.IsCompleted;
            },
            "the silent connection is closed");
        Assert.Empty(await end);
    }
}
