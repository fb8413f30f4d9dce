using HdrHistogram;
using Relay.LoadTest.Commands;
using Relay.LoadTest.Derp;

namespace Relay.LoadTest.Traffic;

/// <summary>The workers of a run, with the clients and flows dealt out among them.</summary>
internal sealed class Crew : IDisposable
{
    private readonly Worker[] _workers;
    private readonly Endpoint[] _endpoints;
    private readonly Dictionary<(int Worker, FlowRole Role), LongHistogram> _latencies = [];

    internal Crew(TrafficPlan plan, IReadOnlyList<DerpClient> clients, RunClock clock, LoadOptions options, Action onFault)
    {
        _workers = [.. Enumerable.Range(0, options.Threads).Select(_ => new Worker(clock, options.Processors, onFault))];
        _endpoints = [.. clients.Zip(plan.Clients, (client, its) => new Endpoint(client, its, OnPacket))];
        Flows = [.. plan.Flows.Select((flow, id) => Make(flow, id, clock))];
        foreach (var endpoint in _endpoints) _workers[WorkerOf(endpoint)].Add(endpoint);
        foreach (var flow in Flows) _workers[WorkerOf(_endpoints[flow.Plan.From])].Add(flow);
    }

    internal IReadOnlyList<Flow> Flows { get; }

    internal void Start()
    {
        foreach (var worker in _workers) worker.Start();
    }

    internal void Stop()
    {
        foreach (var worker in _workers) worker.Stop();
    }

    /// <summary>Waits for the workers' end.</summary>
    /// <exception cref="LoadException">One of them ended too soon.</exception>
    internal void Join()
    {
        foreach (var worker in _workers) worker.Join();
        if (_workers.FirstOrDefault(worker => worker.Fault is not null)?.Fault is { } fault)
            throw LoadException.Failed($"the run broke off: {fault.Message}", fault);
    }

    /// <summary>Those of all workers; after <see cref="Join"/>.</summary>
    internal Measuring.Latencies Latencies(FlowRole role)
    {
        var all = new Measuring.Latencies();
        foreach (var (of, recorded) in _latencies)
        {
            if (of.Role == role) all.Add(recorded);
        }

        return all;
    }

    public void Dispose()
    {
        Stop();
        foreach (var worker in _workers)
        {
            worker.Join();
            worker.Dispose();
        }

        foreach (var endpoint in _endpoints) endpoint.Dispose();
    }

    private int WorkerOf(Endpoint endpoint) => endpoint.Plan.Group % _workers.Length;

    private Flow Make(FlowPlan plan, int id, RunClock clock)
    {
        var (from, to) = (_endpoints[plan.From], _endpoints[plan.To]);
        var of = (WorkerOf(from), plan.Role);
        if (!_latencies.TryGetValue(of, out var latencies)) _latencies[of] = latencies = Measuring.Latencies.Recorder();
        return plan.Rate > 0 ? new PacedFlow(id, plan, from, to, clock, latencies) : new WindowFlow(id, plan, from, to, clock, latencies);
    }

    private void OnPacket(Endpoint at, ReadOnlySpan<byte> start, int length)
    {
        // What came with the handshake came before the flows.
        if (Flows is null || !Packet.TryRead(start, out var id, out var due, out var number) || (uint)id >= (uint)Flows.Count) return;
        Flows[id].OnPacket(at, due, number, length, _workers[WorkerOf(at)].Now);
    }
}
