using Relay.Agent.WireGuard;

namespace Relay.Agent.Tests.WireGuard;

public sealed class WireGuardStateTests
{
    private const string Private = "YAnz5TF+lXXJte14tji3zlMNftkL7VlPqvYZFUNVMHM=";
    private const string One = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
    private const string Two = "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=";

    [Fact]
    public void Parse_OfADump_TakesKeyPortAndPeers()
    {
        var state = WireGuardState.Parse(
            $"{Private}\tHIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=\t51820\toff\n{One}\t(none)\t127.0.0.1:4000\t10.0.0.2/32\t1700000000\t1\t2\t25\n{Two}\t(none)\t(none)\t(none)\t0\t0\t0\toff\n")!;
        Assert.NotNull(state.PrivateKey);
        Assert.Equal(51820, state.ListenPort);
        Assert.Equal(["127.0.0.1:4000", null], state.Peers.Values.Select(e => e?.ToString()));
        Assert.Equal([One, Two], state.Peers.Keys.Select(k => k.ToWireGuard()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("interface: wg0\n")]
    [InlineData("(none)\t(none)\tport\toff\n")]
    [InlineData("(none)\t(none)\t1\toff\nkey\t(none)\t(none)\t(none)\t0\t0\t0\toff\n")]
    public void Parse_OfAnythingElse_IsNull(string dump) => Assert.Null(WireGuardState.Parse(dump));

    [Fact]
    public void Parse_OfANewInterface_HasNoKey() => Assert.Null(WireGuardState.Parse("(none)\t(none)\t0\toff\n")!.PrivateKey);
}
