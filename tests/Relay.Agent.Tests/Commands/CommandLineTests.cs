using Relay.Agent.Commands;
using Relay.Testing;

namespace Relay.Agent.Tests.Commands;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_NamesEveryCommand()
    {
        foreach (var args in new[] { Array.Empty<string>(), ["--help"] })
        {
            var run = await Run.RelayAsync(args);
            Assert.Equal(0, run.Exit);
            foreach (var command in new[] { "keygen", "ping", "map", "doctor", "netcheck" }) Assert.Contains($"  {command} ", run.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("map http://127.0.0.1:1", 1)]
    [InlineData("netcheck --relay http://127.0.0.1:1", 1)]
    [InlineData("ping --relay http://127.0.0.1:1", 1)]
    [InlineData("ping --listen --relay http://127.0.0.1:1", 0)]
    public async Task Command_ThatIsStopped_HasFailedUnlessThatIsHowItEnds(string args, int exit)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var environment = new AgentEnvironment { Out = output, Error = errors };
        Assert.Equal(exit, await Eventually.Done(RelayCommand.RunAsync(args.Split(' '), environment, new CancellationToken(canceled: true)), "the command to end"));
        Assert.Equal(("", exit == 0 ? "" : "relay: stopped before the end\n"), (output.ToString(), errors.ToString().ReplaceLineEndings("\n")));
    }

    [Theory]
    [InlineData("pong", "\"pong\"")]
    [InlineData("ping --relay", "--relay")]
    [InlineData("ping --relay http://x --frequency 3", "--frequency")]
    [InlineData("ping --relay http://x -c many", "many")]
    [InlineData("ping --relay http://x -c 0", "--count 0")]
    [InlineData("ping --relay http://x -s 70000", "--size 70000")]
    [InlineData("ping nodekey:0101010101010101010101010101010101010101010101010101010101010101 --control /nowhere -s 1401", "--size 1401: expected 13 to 1400")]
    [InlineData("ping --relay ftp://x", "ftp://x")]
    [InlineData("ping", "--relay URL or --map")]
    [InlineData("ping --relay http://x --map y", "--relay URL or --map")]
    [InlineData("ping --map y --pin z", "--pin")]
    [InlineData("ping nodekey:12 --relay http://x", "nodekey:12")]
    [InlineData("map", "URL")]
    [InlineData("map http://x --format xml", "xml")]
    [InlineData("map http://x --region 0", "--region 0")]
    [InlineData("map http://x --stun-port 65536", "--stun-port 65536")]
    [InlineData("doctor http://x --stun-port -2", "--stun-port -2")]
    public async Task WrongCommandLine_Is64AndOneLine(string args, string names) =>
        (await Run.RelayAsync(args.Split(' '))).AssertFails(64, names);

    [Theory]
    [InlineData("-v")]
    [InlineData("--verbose")]
    public async Task Verbose_TellsWhatLiesBehindAFailure(string flag)
    {
        (await Run.RelayAsync("ping", "--relay", "http://127.0.0.1:1")).AssertFails(69, "127.0.0.1:1");
        var run = await Run.RelayAsync("ping", "--relay", "http://127.0.0.1:1", flag);
        Assert.Equal((69, ""), (run.Exit, run.Output));
        Assert.Contains("\nrelay: because: ", run.Errors, StringComparison.Ordinal);
        Assert.Contains("(SocketException)", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verbose_OfKeygen_ChangesNothingOnStandardOutput()
    {
        var run = await Run.RelayAsync("keygen", "-v");
        Assert.Equal((0, ""), (run.Exit, run.Errors));
        Assert.Matches("^privkey:[0-9a-f]{64}\\s*$", run.Output);
    }
}
