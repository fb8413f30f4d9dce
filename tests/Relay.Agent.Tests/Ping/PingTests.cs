using System.Text.Json;
using Relay.Agent.Commands;
using Relay.Agent.Tests.Doctor;
using Relay.Testing;

namespace Relay.Agent.Tests.Ping;

public sealed class PingTests
{
    [Fact]
    public async Task Ping_BetweenTwoThrowAwayKeys_ShowsRoundTrips()
    {
        await using var relayd = await RelaydProcess.StartAsync();
        var run = await Run.RelayAsync("ping", "--relay", relayd.Url, "-c", "3", "-i", "0");
        Assert.Equal(("", 0), (run.Errors, run.Exit));
        Assert.Contains("3 sent, 3 received, 0% lost; round trip", run.Output, StringComparison.Ordinal);
        Assert.Contains("64 bytes via relay: seq=3 time=", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ping_OfAPinnedRelay_SaysHowItConnected()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        var run = await Run.RelayAsync("ping", "--relay", relayd.Url, "--pin", relayd.Pin!, "-c", "1", "-s", "65536");
        Assert.Equal(("", 0), (run.Errors, run.Exit));
        Assert.Contains("DERP over TLS 1.3, fast start", run.Output, StringComparison.Ordinal);
        Assert.Contains("65536 bytes via relay", run.Output, StringComparison.Ordinal);

        (await Run.RelayAsync("ping", "--relay", relayd.Url)).AssertFails(69, relayd.Pin!);
        (await Run.RelayAsync("ping", "--relay", relayd.Url, "--pin", "sha256-raw:" + new string('0', 64))).AssertFails(69);
    }

    [Fact]
    public async Task Ping_WithVerbose_SaysHowItReachedTheRelay()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        var run = await Run.RelayAsync("ping", "--relay", relayd.Url, "--pin", relayd.Pin!, "-c", "1", "-v");
        Assert.Equal(0, run.Exit);
        Assert.Contains($"relay: reached 127.0.0.1", run.Errors, StringComparison.Ordinal);
        Assert.Contains(relayd.Pin!, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ping_WithTheOneKeyThatIsAdmitted_GoesToItself()
    {
        using var key = new KeyFile();
        using var list = new AdmissionListFile();
        list.Add(key.Public);
        await using var relayd = await RelaydProcess.StartAsync("--admit", $"file:{list.Path}");
        var run = await Run.RelayAsync("ping", "--relay", relayd.Url, "--key", key.Path, "-c", "2", "-i", "0");
        Assert.Equal(("", 0), (run.Errors, run.Exit));
        Assert.Contains($"PING {key.Public.ToText()}", run.Output, StringComparison.Ordinal);
        Assert.Contains("2 sent, 2 received", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ping_AsJson_IsOneObject()
    {
        await using var relayd = await RelaydProcess.StartAsync();
        var run = await Run.RelayAsync("ping", "--relay", relayd.Url, "-c", "2", "-i", "0", "--json");
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(2, json.RootElement.GetProperty("received").GetInt32());
        Assert.True(json.RootElement.GetProperty("avg_ms").GetDouble() > 0);
        Assert.True(json.RootElement.GetProperty("peer_connected").GetBoolean());
    }

    [Fact]
    public async Task Ping_OfAListeningNode_ComesBackFromIt()
    {
        await using var relayd = await RelaydProcess.StartAsync();
        using var stop = new CancellationTokenSource();
        var output = new LineWriter();
        var listening = RelayCommand.RunAsync(
            ["ping", "--listen", "--relay", relayd.Url], new AgentEnvironment { Out = output, Error = TextWriter.Null }, stop.Token);
        var line = await Eventually.Done(output.FirstLine, "the listening side's key");
        var key = line.Split(' ').Single(word => word.StartsWith("nodekey:", StringComparison.Ordinal));

        var run = await Run.RelayAsync("ping", key, "--relay", relayd.Url, "-c", "2", "-i", "0");
        Assert.Equal(0, run.Exit);
        Assert.Contains("2 sent, 2 received", run.Output, StringComparison.Ordinal);
        await stop.CancelAsync();
        Assert.Equal(0, await Eventually.Done(listening, "the listening side to end"));
    }

    [Fact]
    public async Task Ping_OfAKeyThatIsNotThere_SaysSo()
    {
        await using var relayd = await RelaydProcess.StartAsync();
        var run = await Run.RelayAsync("ping", "nodekey:" + new string('7', 64), "--relay", relayd.Url);
        Assert.Equal(1, run.Exit);
        Assert.Contains("not connected here", run.Output, StringComparison.Ordinal);
    }

    // Where something in between lets only WebSocket through: one receive given up would end the connection.
    [Fact]
    public async Task Ping_OverWebSocket_ShowsRoundTrips()
    {
        await using var relayd = await RelaydProcess.StartAsync();
        await using var proxy = new CuttingProxy(relayd.RelayEndPoint, refused: "Upgrade: DERP");
        var run = await Run.RelayAsync("ping", "--relay", $"http://127.0.0.1:{proxy.Port}", "-c", "3", "-i", "0");
        Assert.Equal(("", 0), (run.Errors, run.Exit));
        Assert.Contains("(WebSocket without TLS)", run.Output, StringComparison.Ordinal);
        Assert.Contains("3 sent, 3 received, 0% lost", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ping_OfNothing_Is69() => (await Run.RelayAsync("ping", "--relay", "http://127.0.0.1:1")).AssertFails(69, "127.0.0.1:1");

    [Fact]
    public async Task Ping_WithABadKeyFile_Is78()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "privkey:xyz");
            (await Run.RelayAsync("ping", "--relay", "http://127.0.0.1:1", "--key", file)).AssertFails(78, file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Tells when the first line is there.</summary>
    private sealed class LineWriter : StringWriter
    {
        private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> FirstLine => _first.Task;

        public override Task WriteLineAsync(string? value)
        {
            _first.TrySetResult(value ?? "");
            return Task.CompletedTask;
        }

        public override void WriteLine(string? value) => _first.TrySetResult(value ?? "");
    }
}
