namespace Relay.LoadTest.Traffic;

/// <summary>Who is connected, and who sends what to whom.</summary>
internal sealed record TrafficPlan(IReadOnlyList<ClientPlan> Clients, IReadOnlyList<FlowPlan> Flows)
{
    internal static TrafficPlan Empty { get; } = new([], []);

    /// <summary>Adds pairs of clients that know nobody else, with such a flow between the two of each.</summary>
    internal TrafficPlan WithPairs(int count, FlowPlan flow, bool frozen = false)
    {
        List<ClientPlan> clients = [.. Clients];
        List<FlowPlan> flows = [.. Flows];
        for (var i = 0; i < count; i++)
        {
            var (from, group) = (clients.Count, flows.Count);
            clients.Add(new ClientPlan(group));
            clients.Add(new ClientPlan(group) { Hops = 1, Frozen = frozen });
            flows.Add(flow with { From = from, To = from + 1 });
        }

        return new TrafficPlan(clients, flows);
    }

    /// <summary>Adds, for each flow that is here, a client of its own that sends to the same receiver.</summary>
    internal TrafficPlan WithProbes(FlowPlan probe)
    {
        List<ClientPlan> clients = [.. Clients];
        List<FlowPlan> flows = [.. Flows];
        foreach (var loaded in Flows)
        {
            flows.Add(probe with { From = clients.Count, To = loaded.To, Role = FlowRole.Probe });
            clients.Add(new ClientPlan(Clients[loaded.To].Group));
        }

        return new TrafficPlan(clients, flows);
    }
}
