using Relay.LoadTest.Traffic;

namespace Relay.LoadTest.Tests.Traffic;

public sealed class TrafficPlanTests
{
    private static readonly FlowPlan Flow = new() { Size = 100 };

    [Fact]
    public void WithPairs_GivesEachPairClientsAndAGroupOfItsOwn()
    {
        var plan = TrafficPlan.Empty.WithPairs(2, Flow).WithPairs(1, Flow, frozen: true);
        Assert.Equal([(0, 1), (2, 3), (4, 5)], plan.Flows.Select(flow => (flow.From, flow.To)));
        Assert.Equal([0, 0, 1, 1, 2, 2], plan.Clients.Select(client => client.Group));
        Assert.Equal([5], plan.Clients.Index().Where(client => client.Item.Frozen).Select(client => client.Index));
    }

    [Fact]
    public void WithProbes_SendsFromANewClientToEachReceiver()
    {
        var plan = TrafficPlan.Empty.WithPairs(2, Flow).WithProbes(Flow with { Disco = true });
        Assert.Equal([(4, 1), (5, 3)], plan.Flows.Skip(2).Select(flow => (flow.From, flow.To)));
        Assert.Equal([0, 1], plan.Clients.Skip(4).Select(client => client.Group));
        Assert.All(plan.Flows.Skip(2), flow => Assert.Equal(FlowRole.Probe, flow.Role));
    }
}
