using BenchmarkDotNet.Attributes;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;

namespace Relay.Benchmarks;

/// <summary>Reading frames: once for each packet. The floor is looking at the five bytes and nothing else.</summary>
[MemoryDiagnoser]
public class ParseBenchmarks
{
    private const int PacketSize = 1280;

    private readonly byte[] _frame = new byte[FrameWriter.PacketOverhead + PacketSize];
    private readonly byte[] _disco = new byte[120];

    /// <summary>Fills the frame.</summary>
    public ParseBenchmarks()
    {
        using var key = NodePrivateKey.Generate();
        FrameWriter.SendPacket(_frame, key.Public, new byte[PacketSize]);
        "TS💬"u8.CopyTo(_disco);
    }

    /// <summary>The header alone.</summary>
    [Benchmark(Baseline = true)]
    public uint Header() => FrameHeader.TryRead(_frame, out var header) ? header.Length : 0;

    /// <summary>Header, limit, completeness, key, packet.</summary>
    [Benchmark]
    public int WholePacket()
    {
        Frame.TryRead(_frame, FrameLimits.RelayAccepts, out var frame);
        FramePayload.TryReadPacket(frame.Payload, out _, out var packet);
        return packet.Length;
    }

    /// <summary>What lane a packet takes.</summary>
    [Benchmark]
    public PacketKind Classify() => PacketKinds.Classify(_disco);
}
