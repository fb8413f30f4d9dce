using Relay.Paths.Tests.Simulation;
using Relay.Testing;

namespace Relay.Paths.Tests;

public sealed class AllocationTests
{
    [Fact]
    public void DataPacket_SentAndReceived_AllocatesNothing()
    {
        using var pair = new SimPair(1, NatClass.FullCone, NatClass.FullCone);
        pair.StartFlows();
        pair.Network.Run(5);
        var (engine, path) = (pair.A.Engine, pair.A.PathTo(pair.B));
        var address = path.Route.Direct;
        var packet = new byte[1452];
        packet[0] = 4;
        Allocations.AssertNone(
            () =>
            {
                path.CountSent(path.Route, 1, packet.Length);
                if (PathEngine.IsControl(packet)) return;
                engine.PeerAt(address)?.CountReceivedDirect(1, packet.Length);
                path.CountReceivedRelayed(1, packet.Length);
            },
            "a data packet");
    }

    [Fact]
    public void Heartbeats_OfAThousandPeersWithoutTraffic_CostNoTimer()
    {
        using var pair = new SimPair(1, NatClass.FullCone, NatClass.FullCone);
        for (var i = 0; i < 1000; i++)
        {
            using var key = Relay.Protocol.Keys.NodePrivateKey.Generate();
            pair.A.Engine.AddPeer(key.Public);
        }

        pair.Network.Run(5);
        Assert.Equal(TimeSpan.MaxValue, pair.A.Engine.NextDeadline);
    }
}
