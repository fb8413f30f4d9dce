using Microsoft.Extensions.Time.Testing;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Server.Connections;
using Relay.Server.Diagnostics;
using Relay.Server.Queues;

namespace Relay.Server.Tests.Connections;

/// <summary>The bounds of what waits for one client, and the books when writing fails.</summary>
public sealed class OutboxTests
{
    private readonly List<EndReason> _ends = [];

    [Fact]
    public void ControlFrames_BeyondTheirBytes_EndTheSession()
    {
        var outbox = Make(Stream.Null, maxControlBytes: 64);
        var frame = new byte[FrameHeader.Size];
        FrameWriter.KeepAlive(frame);
        for (var i = 0; i < 64 / FrameHeader.Size; i++) outbox.AppendControl(frame);
        Assert.Empty(_ends);
        outbox.AppendControl(frame);
        Assert.Equal(EndReason.ControlQueueFull, Assert.Single(_ends));
    }

    // 64 KiB go out in one write: the first packet whole, the second cut.
    [Fact]
    public void FailedWrite_LosesWhatDidNotGoOutWhole_AndNoMore()
    {
        var outbox = Make(new FailingStream(writes: 1), maxControlBytes: 64);
        using var source = NodePrivateKey.Generate();
        var frame = new byte[FrameWriter.PacketOverhead + 40_000];
        FrameWriter.RecvPacket(frame, source.Public, new byte[40_000]);
        for (var i = 0; i < 3; i++) outbox.Append(frame, 1, PacketKind.Other);
        outbox.Flush();
        Assert.Equal(EndReason.WriteError, Assert.Single(_ends));
        var total = new TrafficTotals();
        outbox.Counters.AddTo(total);
        Assert.Equal(2, total.Drops.Packets(DropReason.WriteError, PacketKind.Other));
        Assert.Equal(1, total.PacketsOut[(int)PacketKind.Other]);
    }

    private Outbox Make(Stream stream, int maxControlBytes) =>
        new(stream, new CoarseClock(new FakeTimeProvider()), new QueueLimit(32), maxControlBytes, _ends.Add);

    private sealed class FailingStream(int writes) : MemoryStream
    {
        private int _left = writes;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            _left-- > 0 ? ValueTask.CompletedTask : ValueTask.FromException(new IOException("the line is cut"));
    }
}
