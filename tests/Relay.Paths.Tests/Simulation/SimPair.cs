namespace Relay.Paths.Tests.Simulation;

/// <summary>Two nodes that are each other's peer, each behind a NAT of its own.</summary>
internal sealed class SimPair : IDisposable
{
    public SimPair(int seed, NatClass left, NatClass right)
    {
        Network = new SimNetwork(seed);
        NatA = new SimNat(Network, "203.0.113.21", left);
        NatB = new SimNat(Network, "203.0.113.22", right);
        Network.Attach(NatA.Public, NatA);
        Network.Attach(NatB.Public, NatB);
        A = new SimNode(Network, "A", NatA, SimNetwork.At("10.1.0.2", 41641));
        B = new SimNode(Network, "B", NatB, SimNetwork.At("10.2.0.2", 41641));
        A.Add(B);
        B.Add(A);
        A.Start();
        B.Start();
        Network.Run(2);
    }

    public SimNetwork Network { get; }

    public SimNat NatA { get; }

    public SimNat NatB { get; }

    public SimNode A { get; }

    public SimNode B { get; }

    public bool BothDirect => A.PathTo(B).Route is { UsesDirect: true, UsesRelay: false } && B.PathTo(A).Route is { UsesDirect: true, UsesRelay: false };

    public (SimFlow AtoB, SimFlow BtoA) StartFlows(double intervalMs = 50, int size = 200) =>
        (SimFlow.Start(A, B, intervalMs, size), SimFlow.Start(B, A, intervalMs, size));

    /// <summary>Runs until a condition holds; how long that took, or null if it did not within the time.</summary>
    public TimeSpan? RunUntil(Func<bool> condition, double seconds)
    {
        var start = Network.Now;
        while (Network.Now - start < TimeSpan.FromSeconds(seconds))
        {
            if (condition()) return Network.Now - start;
            Network.Run(0.01);
        }

        return condition() ? Network.Now - start : null;
    }

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}
