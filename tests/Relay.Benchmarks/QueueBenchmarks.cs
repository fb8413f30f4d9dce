using BenchmarkDotNet.Attributes;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Server.Queues;

namespace Relay.Benchmarks;

/// <summary>A packet's way through a receiver's queue. The floor is one copy.</summary>
[MemoryDiagnoser]
public class QueueBenchmarks
{
    private const int PacketSize = 1280;
    private const int QueueLength = 32;

    private readonly byte[] _frame = new byte[FrameWriter.PacketOverhead + PacketSize];
    private readonly byte[] _copy = new byte[FrameWriter.PacketOverhead + PacketSize];
    private FrameQueue _full;
    private FrameQueue _empty;

    /// <summary>Fills one queue.</summary>
    public QueueBenchmarks()
    {
        using var key = NodePrivateKey.Generate();
        FrameWriter.SendPacket(_frame, key.Public, new byte[PacketSize]);
        for (var i = 0; i < QueueLength; i++) _full.Append(_frame, 1);
    }

    /// <summary>The copy.</summary>
    [Benchmark(Baseline = true)]
    public void Copy() => _frame.CopyTo(_copy, 0);

    /// <summary>In, and out with all there is.</summary>
    [Benchmark]
    public int AppendAndTake()
    {
        _empty.Append(_frame, 1);
        return _empty.MoveTo(_copy);
    }

    /// <summary>Into a full queue, which drops its oldest.</summary>
    [Benchmark]
    public int DropOldestAndAppend()
    {
        var dropped = _full.DropOldest().Length;
        _full.Append(_frame, 1);
        return dropped;
    }
}
