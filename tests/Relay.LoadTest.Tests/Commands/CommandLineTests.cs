namespace Relay.LoadTest.Tests.Commands;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_NamesEveryScenario()
    {
        foreach (var args in new[] { Array.Empty<string>(), ["--help"] })
        {
            var run = await Run.LoadAsync(args);
            Assert.Equal(0, run.Exit);
            foreach (var command in new[] { "throughput", "overload", "light", "pingpong", "idle", "connect", "fairness", "stun", "direct", "compare" })
                Assert.Contains($"  {command} ", run.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("thruput", "\"thruput\"")]
    [InlineData("throughput", "--url")]
    [InlineData("throughput --url ftp://x", "ftp://x")]
    [InlineData("throughput --url http://127.0.0.1 --start-server", "--start-server")]
    [InlineData("throughput --url http://127.0.0.1 --nodes 2", "--nodes 2")]
    [InlineData("throughput --start-server --plain --nodes 2", "--nodes")]
    [InlineData("throughput --start-server --nodes 0", "--nodes 0")]
    [InlineData("throughput --url http://127.0.0.1 --transport tcp", "--transport tcp")]
    [InlineData("throughput --url http://127.0.0.1 --batch 40 --window 10", "--window 10")]
    [InlineData("throughput --url http://127.0.0.1 --size 10", "--size 10")]
    [InlineData("throughput --url http://127.0.0.1 --seconds 0", "--seconds 0")]
    [InlineData("throughput --url http://127.0.0.1 --pairs many", "many")]
    [InlineData("throughput --url http://127.0.0.1 --cpu 3-1", "--cpu 3-1")]
    [InlineData("throughput --url http://127.0.0.1 --fast", "--fast")]
    [InlineData("throughput --start-server /no/such/relayd", "/no/such/relayd")]
    [InlineData("idle --url http://127.0.0.1", "--server-pid")]
    [InlineData("fairness --url http://127.0.0.1 --pairs 2", "three or more")]
    [InlineData("stun --url http://127.0.0.1", "--stun")]
    [InlineData("stun --stun nowhere", "--stun nowhere")]
    [InlineData("throughput --url http://127.0.0.1 --cpu 1023", "--cpu 1023")]
    [InlineData("throughput --url http://127.0.0.1 --server-cpu 0", "--server-cpu 0")]
    [InlineData("throughput --url http://127.0.0.1 --server-flags --dev", "--server-flags --dev")]
    [InlineData("throughput --url http://127.0.0.1 --plain", "--plain")]
    [InlineData("compare stun --stun 127.0.0.1:1 --against haproxy", "compare stun")]
    [InlineData("compare --url http://127.0.0.1 --against ref:nowhere", "--against ref:nowhere")]
    [InlineData("compare --url http://127.0.0.1", "--against")]
    [InlineData("compare --url http://127.0.0.1 --against nginx", "--against nginx")]
    [InlineData("compare --url http://127.0.0.1 --against local", "--against local")]
    [InlineData("compare direct --url http://127.0.0.1 --against haproxy", "direct")]
    public async Task WrongCommandLine_Is64AndOneLine(string args, string names) =>
        (await Run.LoadAsync(args.Split(' '))).AssertFails(64, names);

    [Theory]
    [InlineData("throughput --url http://127.0.0.1:1")]
    [InlineData("connect --url https://127.0.0.1:1 --warmup 0 --seconds 0.1")]
    public async Task NobodyThere_Is69AndOneLine(string args) =>
        (await Run.LoadAsync(args.Split(' '))).AssertFails(69, "127.0.0.1:1");

    [Theory]
    [InlineData("light --url http://127.0.0.1:1 --server-pid 2147483647", "--server-pid 2147483647")]
    [InlineData("compare light --url http://127.0.0.1:1 --against ref:http://127.0.0.1:1 --ref-pid 2147483647", "--ref-pid 2147483647")]
    public async Task ProcessThatIsNotThere_Is69AndOneLine(string args, string names) =>
        (await Run.LoadAsync(args.Split(' '))).AssertFails(69, names);
}
