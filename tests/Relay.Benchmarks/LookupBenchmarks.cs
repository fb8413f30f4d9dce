using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using Relay.Protocol.Keys;

namespace Relay.Benchmarks;

/// <summary>Finding a receiver by its key, among as many as a large relay has. The floor is comparing with the last one.</summary>
[MemoryDiagnoser]
public class LookupBenchmarks
{
    private const int Clients = 100_000;

    private readonly ConcurrentDictionary<NodeKey, object> _peers = new();
    private readonly byte[] _wanted = new byte[NodeKey.Size];
    private readonly NodeKey _last;

    /// <summary>Fills the table.</summary>
    public LookupBenchmarks()
    {
        var random = new Random(1);
        for (var i = 0; i < Clients; i++)
        {
            random.NextBytes(_wanted);
            _peers[new NodeKey(_wanted)] = this;
        }

        _last = new NodeKey(_wanted);
    }

    /// <summary>The same receiver as before.</summary>
    [Benchmark(Baseline = true)]
    public bool SameAsBefore() => _last.Equals(_wanted);

    /// <summary>Another one.</summary>
    [Benchmark]
    public object? Another() => _peers.GetValueOrDefault(new NodeKey(_wanted));
}
