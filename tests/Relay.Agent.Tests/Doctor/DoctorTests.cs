using System.Net;
using System.Net.Sockets;
using Relay.Testing;

namespace Relay.Agent.Tests.Doctor;

public sealed class DoctorTests
{
    [Fact]
    public async Task SoundRelay_PassesEveryCheck()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        var run = await Run.RelayAsync("doctor", relayd.Url, "--pin", relayd.Pin!, "--stun-port", $"{relayd.StunEndPoint.Port}", "--json");
        Assert.Equal(0, run.Exit);
        var results = Diagnosis.Of(run);
        foreach (var check in new[] { "TCP IPv4", "STUN IPv4", "TLS", "fast start", "DERP", "packets", "WebSocket", "/derp/probe", "/derp/latency-check", "/generate_204", "clock" })
            Assert.Equal((check, "ok"), (check, results[check].Result));
    }

    [Fact]
    public async Task PlainRelay_WorksWithAWarning()
    {
        await using var relayd = await RelaydProcess.StartAsync();
        var run = await Run.RelayAsync("doctor", relayd.Url, "--stun-port", "-1");
        Assert.Equal(0, run.Exit);
        Assert.Contains("It works; 1 warning.", run.Output, StringComparison.Ordinal);
        Assert.Contains("to fix: stock clients speak TLS only", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongPin_FailsWithWhatToDo()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        var run = await Run.RelayAsync("doctor", relayd.Url, "--pin", "sha256-raw:" + new string('0', 64), "--stun-port", "-1");
        Assert.Equal(1, run.Exit);
        Assert.Contains("take the pin that relayd prints", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyThere_Is69()
    {
        var run = await Run.RelayAsync("doctor", "http://127.0.0.1:1", "--stun-port", "-1", "--json");
        run.AssertFails(69, "http://127.0.0.1:1");
        Assert.Equal("fail", Diagnosis.Of(run)["TCP IPv4"].Result);
        Assert.Equal("skip", Diagnosis.Of(run)["packets"].Result);
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "SSH")]
    [InlineData("", "")]
    public async Task SomethingElseThere_FailsAndSaysWhatWasSeen(string answer, string seen)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var over = new CancellationTokenSource();
        var serving = AnswerAllAsync(listener, answer, over.Token);
        var run = await Run.RelayAsync("doctor", $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", "--stun-port", "-1");
        Assert.Equal(1, run.Exit);
        Assert.Contains("fail  DERP", run.Output, StringComparison.Ordinal);
        Assert.Contains(seen, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
        await over.CancelAsync();
        await serving;
    }

    private static async Task AnswerAllAsync(TcpListener listener, string answer, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(over);
                var stream = client.GetStream();
                if (answer.StartsWith("HTTP", StringComparison.Ordinal)) await stream.ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, over);
                await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), over);
                client.Client.Shutdown(SocketShutdown.Send);
                await stream.ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, over);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // The test is over, or this client left first.
            }
        }
    }
}
