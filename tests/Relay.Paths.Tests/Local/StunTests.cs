using Relay.Paths.Tests.Simulation;

namespace Relay.Paths.Tests.Local;

/// <summary>What a node finds out about itself, and how little it asks for that.</summary>
public sealed class StunTests
{
    [Theory]
    [InlineData(NatClass.FullCone, false)]
    [InlineData(NatClass.PortRestricted, false)]
    [InlineData(NatClass.SymmetricByAddress, true)]
    [InlineData(NatClass.Symmetric, true)]
    public void Nat_BehindIt_IsRecognized(NatClass kind, bool varies)
    {
        using var pair = new SimPair(1, kind, NatClass.FullCone);
        Assert.Equal(varies, pair.A.Engine.Nat.MappingVaries);
        Assert.False(pair.A.Engine.Nat.UdpBlocked);
        Assert.Equal(pair.NatA.Public, pair.A.Engine.Nat.PublicIPv4.WithPort(0));
    }

    [Fact]
    public void Udp_Blocked_IsSaidAfterOneRound()
    {
        using var pair = new SimPair(1, NatClass.Blocked, NatClass.FullCone);
        Assert.True(pair.A.Engine.Nat.UdpBlocked);
        Assert.Null(pair.A.Engine.Nat.MappingVaries);
        Assert.Equal(6, pair.A.ControlSent.Count);
    }

    [Fact]
    public void Servers_ThatAnswer_AreAskedOnceAndThenLeftAlone()
    {
        using var pair = new SimPair(1, NatClass.FullCone, NatClass.FullCone);
        pair.Network.Run(600);
        Assert.Equal(2, pair.A.ControlSent.Count);
    }

    [Fact]
    public void Answer_NobodyAskedFor_ChangesNothing()
    {
        using var pair = new SimPair(1, NatClass.FullCone, NatClass.FullCone);
        var before = pair.A.Engine.Nat;
        var forged = new byte[32];
        Convert.FromHexString("0101000c2112a4420102030405060708090a0b0c002000080001bd52e112a663").CopyTo(forged, 0);
        pair.A.Receive(pair.Network.Stun[0], default, forged);
        Assert.Equal(before, pair.A.Engine.Nat);
    }

    [Fact]
    public void Servers_NotAnsweringForARound_DoNotWithdrawTheAddress()
    {
        using var pair = new SimPair(1, NatClass.PortRestricted, NatClass.PortRestricted);
        pair.Network.Drop = (_, to, _) => pair.Network.Stun.Contains(to);
        pair.StartFlows();
        Assert.NotNull(pair.RunUntil(() => pair.BothDirect, 5));
    }
}
