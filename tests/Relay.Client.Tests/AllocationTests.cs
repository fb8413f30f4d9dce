using Relay.Client.Connections;
using Relay.Client.Tests.Fakes;
using Relay.Client.Upgrade;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;

namespace Relay.Client.Tests;

public sealed class AllocationTests
{
    private const int Packets = 20_000;

    [Fact]
    public async Task Send_DoesNotAllocate()
    {
        await using var client = Connect(new EndlessStream([]));
        var packet = new byte[1200];
        var allocated = Measure(() =>
        {
            for (var i = 0; i < Packets; i++)
            {
                var sent = client.SendAsync(Pair.Other, packet, CancellationToken.None);
                Assert.True(sent.IsCompletedSuccessfully);
            }
        });
        Assert.True(allocated < Packets / 100, $"{allocated} bytes for {Packets} packets");
    }

    [Fact]
    public async Task Receive_DoesNotAllocate()
    {
        await using var client = Connect(new EndlessStream(FakeLink.Recv(Pair.Other, new byte[1200])));
        var allocated = Measure(() =>
        {
            for (var i = 0; i < Packets; i++)
            {
                var received = client.ReceiveAsync(CancellationToken.None);
                Assert.True(received.IsCompletedSuccessfully);
                Assert.Equal(1200, received.Result.Payload.Length);
            }
        });
        Assert.True(allocated < Packets / 100, $"{allocated} bytes for {Packets} packets");
    }

    // Both ends truly asynchronous, senders waiting for room: measured over all threads, so the bound is not nought. The test's
    // own side and the pipes between take part of it.
    [Fact]
    public async Task SendAndReceive_ThroughAFullPipe_AllocateFarLessThanOncePerPacket()
    {
        var line = new MemoryLine(64 * 1024);
        await using var pair = await Pair.ConnectAsync(line: line);
        var draining = DrainAsync(line.Server);
        var packet = new byte[1200];
        await SendAsync(2_000);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await SendAsync(Packets);
        var each = (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / Packets;
        Assert.True(each < 24, $"{each:0.0} bytes a packet");
        await pair.Client.DisposeAsync();
        await Within.TimeAsync(draining, "the drain");

        async Task SendAsync(int count)
        {
            for (var i = 0; i < count; i++) await pair.Client.SendAsync(Pair.Other, packet, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Idle_HoldsNoBuffer()
    {
        var line = new MemoryLine();
        var input = new FrameInput(new ZeroReadStream(line.Client));
        await line.Server.WriteAsync(FakeLink.Bytes(FrameType.KeepAlive), Within.Token);
        await Within.TimeAsync(input.FillAsync(Within.Token), "a frame");
        Assert.True(input.TryTake(out _, out _));
        Assert.True(input.Held >= 65536);

        var waiting = input.FillAsync(Within.Token).AsTask();
        Assert.False(waiting.IsCompleted);
        Assert.Equal(0, input.Held);
        await line.Server.WriteAsync(FakeLink.Bytes(FrameType.KeepAlive), Within.Token);
        await Within.TimeAsync(waiting, "a frame");
        Assert.True(input.TryTake(out _, out _));
    }

    private static RelayConnection Connect(Stream stream)
    {
        var result = new Handshake.Result(stream, new FrameInput(stream), Pair.Other, new ServerInfo(), false, false);
        return new RelayConnection(result, Pair.Options, Pair.Plain.Targets[0], null, null, new ConnectTimings());
    }

    private static long Measure(Action action)
    {
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static async Task DrainAsync(Stream stream)
    {
        var buffer = new byte[65536];
        while (await stream.ReadAsync(buffer, CancellationToken.None) > 0)
        {
        }
    }

    /// <summary>Repeats its bytes for ever; takes everything.</summary>
    private sealed class EndlessStream(byte[] bytes) : AsyncOnlyStream
    {
        private int _at;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (var filled = 0; filled < buffer.Length;)
            {
                var count = Math.Min(buffer.Length - filled, bytes.Length - _at);
                bytes.AsSpan(_at, count).CopyTo(buffer.Span[filled..]);
                filled += count;
                _at = (_at + count) % bytes.Length;
            }

            return new ValueTask<int>(buffer.Length);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;
    }

    /// <summary>A read of no bytes waits for some, as that of a socket does.</summary>
    private sealed class ZeroReadStream(Stream inner) : AsyncOnlyStream
    {
        private byte[] _ahead = [];

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_ahead.Length == 0)
            {
                var some = new byte[4096];
                _ahead = some[..await inner.ReadAsync(some, cancellationToken)];
            }

            var count = Math.Min(buffer.Length, _ahead.Length);
            _ahead.AsSpan(0, count).CopyTo(buffer.Span);
            _ahead = _ahead[count..];
            return count;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;
    }
}
