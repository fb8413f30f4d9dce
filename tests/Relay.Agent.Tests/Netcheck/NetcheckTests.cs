using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Relay.Client.Measuring;
using Relay.Protocol.Map;
using Relay.Stun;
using Relay.Testing;

namespace Relay.Agent.Tests.Netcheck;

public sealed class NetcheckTests
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task TwoServers_ShowUdpAndTheMapping()
    {
        await using var stun = new StunResponder();
        var servers = await stun.StartAsync([AnyPort, AnyPort]);
        var report = await JsonAsync(servers[0].Port, servers[1].Port);
        Assert.True(report.GetProperty("udp4").GetBoolean());
        Assert.False(report.GetProperty("udp6").GetBoolean());
        Assert.StartsWith("127.0.0.1:", report.GetProperty("mapped4").GetString(), StringComparison.Ordinal);
        Assert.False(report.GetProperty("mapping_varies_by_destination").GetBoolean());
        Assert.InRange(report.GetProperty("nearest").GetInt32(), 1, 2);
    }

    [Fact]
    public async Task SilentServer_IsNotNearest()
    {
        await using var stun = new StunResponder();
        var servers = await stun.StartAsync([AnyPort]);
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(AnyPort);
        var report = await JsonAsync(((IPEndPoint)silent.LocalEndPoint!).Port, servers[0].Port);
        Assert.Equal(2, report.GetProperty("nearest").GetInt32());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("mapping_varies_by_destination").ValueKind);
        Assert.Equal(JsonValueKind.Null, report.GetProperty("regions")[1].GetProperty("stun_ms").ValueKind);
    }

    [Fact]
    public async Task ServerThatSeesAnotherPort_ShowsThatTheMappingVaries()
    {
        await using var stun = new StunResponder();
        var servers = await stun.StartAsync([AnyPort]);
        using var liar = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        liar.Bind(AnyPort);
        using var over = new CancellationTokenSource();
        var lying = LieAsync(liar, wrongId: false, over.Token);
        var report = await JsonAsync(((IPEndPoint)liar.LocalEndPoint!).Port, servers[0].Port);
        Assert.True(report.GetProperty("mapping_varies_by_destination").GetBoolean());
        await over.CancelAsync();
        await lying;
    }

    [Fact]
    public async Task ReplyWithAnotherTransactionId_IsNoReply()
    {
        using var liar = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        liar.Bind(AnyPort);
        using var over = new CancellationTokenSource();
        var lying = LieAsync(liar, wrongId: true, over.Token);
        Assert.Null(await new StunProbe(AddressFamily.InterNetwork, TimeProvider.System).AskAsync((IPEndPoint)liar.LocalEndPoint!, default));
        await over.CancelAsync();
        await lying;
    }

    [Fact]
    public async Task BlockedUdp_IsMeasuredOverHttp()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        var run = await Run.RelayAsync("netcheck", "--relay", relayd.Url, "--pin", relayd.Pin!, "--stun-port", "-1");
        Assert.Equal(("", 0), (run.Errors, run.Exit));
        Assert.Contains("HTTPS  <- nearest", run.Output, StringComparison.Ordinal);
        Assert.Contains("UDP over IPv4   no answer", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BlockedUdp_IsMeasuredAtTheMapsAddress_AndAtTheRegionsNodesInTurn()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed", "--hostname", "relay.invalid");
        var node = new DerpNode { HostName = "relay.invalid", CertName = relayd.Pin, IPv4 = "127.0.0.1", IPv6 = "none", STUNPort = -1 };
        using var map = new MapText([node with { DERPPort = 1 }, node with { DERPPort = relayd.Port }]);
        var run = await Run.RelayAsync("netcheck", "--map", map.Path);
        Assert.Equal(("", 0), (run.Errors, run.Exit));
        Assert.Contains("HTTPS  <- nearest", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RegionsNodes_AreAskedInTurn()
    {
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        first.Bind(AnyPort);
        second.Bind(AnyPort);
        var time = new FakeTimeProvider();
        var probing = new StunProbe(AddressFamily.InterNetwork, time)
            .RunAsync([[(IPEndPoint)first.LocalEndPoint!, (IPEndPoint)second.LocalEndPoint!]], default);
        await Eventually.Done(first.ReceiveFromAsync(new byte[1500], AnyPort), "the first node to be asked");
        Assert.Equal(0, second.Available);

        using var over = new CancellationTokenSource();
        var answering = LieAsync(second, wrongId: false, over.Token);
        await Eventually.True(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            return probing.IsCompleted;
        }, "the second node to be asked, and to answer");
        Assert.Equal(second.LocalEndPoint, Assert.Single(await probing)?.Server);
        await over.CancelAsync();
        await answering;
    }

    [Fact]
    public async Task NobodyAnswers_Is69() =>
        (await Run.RelayAsync("netcheck", "--relay", "http://127.0.0.1:1", "--stun-port", "-1")).AssertFails(69, "http://127.0.0.1:1", "no region answered");

    private static async Task<JsonElement> JsonAsync(params int[] stunPorts)
    {
        using var map = new MapText([.. stunPorts.Select(port => new[]
        {
            new DerpNode { HostName = "127.0.0.1", IPv4 = "127.0.0.1", IPv6 = "none", STUNPort = port, STUNOnly = true },
        })]);
        var run = await Run.RelayAsync("netcheck", "--map", map.Path, "--json");
        Assert.Equal(("", 0), (run.Errors, run.Exit));
        using var json = JsonDocument.Parse(run.Output);
        return json.RootElement.Clone();
    }

    // Answers as a NAT would make it look: the client's port, one further.
    private static async Task LieAsync(Socket socket, bool wrongId, CancellationToken over)
    {
        var buffer = new byte[1500];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveFromAsync(buffer, AnyPort, over);
                var seen = (IPEndPoint)received.RemoteEndPoint;
                byte[] answer = [1, 1, 0, 12, .. buffer[4..20], 0, 0x20, 0, 8, 0, 1, 0, 0, 127 ^ 0x21, 0x12, 0xa4, 1 ^ 0x42];
                var port = (ushort)((seen.Port + 1) ^ 0x2112);
                (answer[26], answer[27]) = ((byte)(port >> 8), (byte)port);
                if (wrongId) answer[19] ^= 1;
                await socket.SendToAsync(answer, seen, over);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
