using System.Net;
using Microsoft.Extensions.Time.Testing;
using Relay.Server.Transport;

namespace Relay.Server.Tests.Transport;

public sealed class SourceLimitTests
{
    private static readonly IPAddress One = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Other = IPAddress.Parse("192.0.2.2");

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Source_MayHaveSoManyConnectionsAndOthersStillTheirs()
    {
        var gate = new ConnectionGate(_time, maxPerSource: 2);
        Assert.Equal([GateVerdict.Admitted, GateVerdict.Admitted, GateVerdict.TooManyFromSource], Enter(gate, One, 3));
        Assert.Equal([GateVerdict.Admitted], Enter(gate, Other, 1));
        gate.Leave(One);
        Assert.Equal([GateVerdict.Admitted, GateVerdict.TooManyFromSource], Enter(gate, One, 2));
        Assert.Equal(2, gate.Refused(GateVerdict.TooManyFromSource));
        Assert.Equal(3, gate.Open);
    }

    [Fact]
    public void Source_MayConnectSoOftenASecond()
    {
        var gate = new ConnectionGate(_time, acceptRatePerSource: 10);
        Assert.Equal(10, Enter(gate, One, 50).Count(verdict => verdict == GateVerdict.Admitted));
        Assert.Equal([GateVerdict.Admitted], Enter(gate, Other, 1));
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(2, Enter(gate, One, 50).Count(verdict => verdict == GateVerdict.Admitted));
    }

    [Fact]
    public void RefusedSource_TakesNothingFromTheOthersShare()
    {
        var gate = new ConnectionGate(_time, maxConnections: 3, acceptRate: 3, maxPerSource: 1);
        Enter(gate, One, 100);
        Assert.Equal([GateVerdict.Admitted], Enter(gate, Other, 1));
        Assert.Equal(2, gate.Open);
    }

    [Fact]
    public void RefusedForAll_LeavesNoMarkOnTheSource()
    {
        var gate = new ConnectionGate(_time, maxConnections: 1, maxPerSource: 2);
        Enter(gate, Other, 1);
        Assert.Equal([GateVerdict.TooMany, GateVerdict.TooMany, GateVerdict.TooMany], Enter(gate, One, 3));
        gate.Leave(Other);
        Assert.Equal([GateVerdict.Admitted], Enter(gate, One, 1));
    }

    [Theory]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("0.0.0.1", "::1", false)]
    public void Prefix_IsAnAddressOrASixtyFour(string one, string other, bool same) =>
        Assert.Equal(same, SourcePrefix.Of(IPAddress.Parse(one)) == SourcePrefix.Of(IPAddress.Parse(other)));

    [Fact]
    public void ManySources_AreForgottenOnceTheyLeft()
    {
        var gate = new ConnectionGate(_time, maxConnections: 1_000_000, maxPerSource: 1);
        for (uint i = 0; i < 300_000; i++)
        {
            var source = new IPAddress(BitConverter.GetBytes(i));
            Assert.Equal(GateVerdict.Admitted, gate.TryEnter(source));
            gate.Leave(source);
        }

        Assert.InRange(gate.RememberedSources, 0, 4096);
    }

    [Fact]
    public void ManySources_ThatStayedForLong_AreForgottenOnceTheyLeft()
    {
        var gate = new ConnectionGate(_time, maxConnections: 1_000_000, maxPerSource: 1);
        var many = Enumerable.Range(0, 250_000).Select(i => new IPAddress(BitConverter.GetBytes(i))).ToList();
        foreach (var source in many) gate.TryEnter(source);
        foreach (var source in many) gate.Leave(source);

        _time.Advance(TimeSpan.FromSeconds(1));
        var late = IPAddress.Parse("2001:db8::1");
        Assert.Equal([GateVerdict.Admitted, GateVerdict.TooManyFromSource], Enter(gate, late, 2));
        Assert.Equal(1, gate.RememberedSources);
    }

    private static List<GateVerdict> Enter(ConnectionGate gate, IPAddress source, int times) =>
        [.. Enumerable.Range(0, times).Select(_ => gate.TryEnter(source))];
}
