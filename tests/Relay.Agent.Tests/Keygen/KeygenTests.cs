using Relay.Protocol.Keys;

namespace Relay.Agent.Tests.Keygen;

public sealed class KeygenTests
{
    private const string Private = "privkey:202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e7f";
    private const string Public = "nodekey:358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254";

    [Fact]
    public async Task Keygen_PrintsANewKeyEachTime()
    {
        var (first, second) = (await Run.RelayAsync("keygen"), await Run.RelayAsync("keygen"));
        Assert.NotNull(NodePrivateKey.TryParse(first.Output.Trim()));
        Assert.NotEqual(first.Output, second.Output);
        Assert.StartsWith("privkey:", first.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keygen_ForWireGuard_PrintsBase64()
    {
        var run = await Run.RelayAsync("keygen", "--wg");
        Assert.Equal(32, Convert.FromBase64String(run.Output.Trim()).Length);
    }

    [Fact]
    public async Task Public_OfAKeyInEitherForm_IsItsPublicKey()
    {
        var wireGuard = NodePrivateKey.TryParse(Private)!.RevealWireGuard();
        foreach (var input in new[] { Private, Private + "\n", $"  {wireGuard}\r\n" })
        {
            Assert.Equal(Public, (await Run.RelayAsync(input, ["keygen", "--pub"])).Output.Trim());
            Assert.True(NodeKey.TryParse(Public, out var key));
            Assert.Equal(key.ToWireGuard(), (await Run.RelayAsync(input, ["keygen", "--pub", "--wg"])).Output.Trim());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("privkey:00")]
    [InlineData("hello")]
    public async Task Public_OfNoKey_Is78(string input) => (await Run.RelayAsync(input, ["keygen", "--pub"])).AssertFails(78, "standard input");
}
