using System.Net.Security;
using System.Net.Sockets;
using Relay.Client;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

/// <summary>What strangers may do to a public relay while its clients notice nothing.</summary>
public sealed class AbuseTests
{
    private const int SilentConnections = 5_000;

    [Fact]
    public async Task SilentConnections_AreClosedAndTheirMemoryComesBack()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        await using var pair = await ConnectPairAsync(relayd);
        await pair.RunAsync(2_000, 1);
        var before = relayd.ResidentBytes;
        var during = await BeSilentAsync(relayd, pair, async () =>
        {
            // 10 s for a handshake, then they are closed, each counted.
            await Eventually.True(async () => await ConnectionsAsync(relayd) <= 2, "silent connections to be closed", TimeSpan.FromSeconds(40));
            Assert.Equal(SilentConnections, (await relayd.MetricsAsync()).Sum("relay_tls_handshakes_total{result=\"timeout\"}"));
        });

        // A silent connection has a socket, a few objects and a timer: no TLS state, no buffer.
        Assert.InRange((during - before) / SilentConnections, 0, 16 * 1024);

        // The runtime keeps for later what it once had, so memory that came back shows as memory that the next ones need not
        // take. It collects when it likes: some rounds may pass before one costs less than a quarter of the first.
        var (cost, last) = (during - before, during);
        for (var round = 1; ; round++)
        {
            var now = await BeSilentAsync(relayd, pair, () => Task.CompletedTask);
            if (now - last < cost / 4) break;
            Assert.True(round < 10, $"the {round}th {SilentConnections} connections still took {now - last} bytes; the first took {cost}");
            last = now;
        }

        await pair.RunAsync(2_000, 3);
    }

    [Theory]
    [InlineData("to itself")]
    [InlineData("to absent keys")]
    [InlineData("discovery to absent keys")]
    [InlineData("pings")]
    [InlineData("unknown frames")]
    public async Task ClientAtLineRate_HarmsOnlyItself(string what)
    {
        await using var relayd = await RelaydProcess.StartAsync();
        await using var pair = await ConnectPairAsync(relayd);
        await pair.RunAsync(1_000, 1);

        using var enough = new CancellationTokenSource();
        var abusers = Enumerable.Range(0, 3).Select(_ => Task.Run(() => AbuseAsync(relayd, what, enough.Token))).ToList();
        await pair.RunAsync(5_000, 2);
        await enough.CancelAsync();
        await Eventually.Done(Task.WhenAll(abusers), "the abusers to stop");
        await pair.RunAsync(1_000, 3);
        Assert.Equal(0, (await relayd.MetricsAsync()).Sum("relay_sessions_closed_total{reason=\"internal_error\"}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    public async Task BytesThatAreNoTls_InsideATlsConnection_FillNoLog(string request)
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        for (var i = 0; i < 3; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(relayd.RelayEndPoint);
            await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: true, (_, _, _, _) => true);
            await tls.AuthenticateAsClientAsync("127.0.0.1");
            await tls.WriteAsync(System.Text.Encoding.ASCII.GetBytes(request));
            await client.GetStream().WriteAsync((byte[])[0x17, 3, 3, 0, 32, .. new byte[32]]);
            await Eventually.Done(ToEndAsync(client.GetStream()), "the relay to close");
        }

        // Lines are written in their order: none is missing before this one.
        await relayd.SignalAsync("HUP");
        await Eventually.True(() => relayd.Errors.Contains("SIGHUP", StringComparison.Ordinal), "the signal to be logged");
        Assert.DoesNotContain("fail:", relayd.Errors, StringComparison.Ordinal);

        static async Task ToEndAsync(NetworkStream stream)
        {
            var rest = new byte[4096];
            try
            {
                while (await stream.ReadAsync(rest) > 0)
                {
                }
            }
            catch (IOException)
            {
                // Reset: closed as well.
            }
        }
    }

    /// <summary>Opens the connections and returns the relay's memory while they are there; then <paramref name="wait"/>, and they are closed.</summary>
    private static async Task<long> BeSilentAsync(RelaydProcess relayd, PairTraffic pair, Func<Task> wait)
    {
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < SilentConnections; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                await socket.ConnectAsync(relayd.RelayEndPoint);
            }

            await Eventually.True(async () => await ConnectionsAsync(relayd) >= SilentConnections, "all connections to be accepted");
            var during = relayd.ResidentBytes;
            await pair.RunAsync(2_000, 2);
            await wait();
            return during;
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
            await Eventually.True(async () => await ConnectionsAsync(relayd) <= 2, "silent connections to be gone");
        }
    }

    private static Task<PairTraffic> ConnectPairAsync(RelaydProcess relayd) =>
        PairTraffic.ConnectAsync(key => RelayConnection.ConnectAsync(relayd.Endpoint, new RelayClientOptions { PrivateKey = key }));

    private static async Task<double> ConnectionsAsync(RelaydProcess relayd) => (await relayd.MetricsAsync()).Sum("relay_connections");

    // Below the library, which would pace itself: 64 KiB of frames a write, answers read and thrown away.
    private static async Task AbuseAsync(RelaydProcess relayd, string what, CancellationToken enough)
    {
        using var key = NodePrivateKey.Generate();
        using var absent = NodePrivateKey.Generate();
        var (stream, _) = await RawDerp.ConnectAsync(relayd, key);
        await using var closing = stream;
        var frames = Frames(what, key.Public, absent.Public);
        var drain = stream.CopyToAsync(Stream.Null, CancellationToken.None);
        while (!enough.IsCancellationRequested) await stream.WriteAsync(frames, CancellationToken.None);
        stream.Close();
        await drain.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private static byte[] Frames(string what, NodeKey self, NodeKey absent)
    {
        var disco = new byte[200];
        "TS💬"u8.CopyTo(disco);
        var one = new byte[2048];
        var length = what switch
        {
            "to itself" => FrameWriter.SendPacket(one, self, new byte[1280]),
            "to absent keys" => FrameWriter.SendPacket(one, absent, new byte[64]),
            "discovery to absent keys" => FrameWriter.SendPacket(one, absent, disco),
            "pings" => FrameWriter.Ping(one, "12345678"u8),
            _ => Unknown(one),
        };
        return [.. Enumerable.Repeat(one[..length], 64 * 1024 / length).SelectMany(f => f)];
    }

    private static int Unknown(Span<byte> frame)
    {
        FrameHeader.Write(frame, (FrameType)0x7f, 100);
        return FrameHeader.Size + 100;
    }
}
