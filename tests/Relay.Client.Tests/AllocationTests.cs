using Relay.Client.Connections;
using Relay.Client.Tests.Fakes;
using Relay.Client.Upgrade;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;

namespace Relay.Client.Tests;

/// <summary>Not beside other tests: one of these counts what all threads allocate.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int Packets = 20_000;

#if DEBUG
    // Without optimisation each call of an async method allocates, even one that does not wait: there is one for each read of
    // some fifty packets. The smallest allocation for each packet would be 24 bytes.
    private const int Bound = Packets * 8;
#else
    private const int Bound = Packets / 100;
#endif

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
        Assert.True(allocated < Bound, $"{allocated} bytes for {Packets} packets");
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
                Assert.True(received.Result.Payload.Length == 1200);
            }
        });
        Assert.True(allocated < Bound, $"{allocated} bytes for {Packets} packets");
    }

    // Writes that end on another thread, senders that wait for room: counted over all threads, so not quite
    // nought: the pool makes a new buffer of 256 KiB now and then, when the right one lies on another thread.
    [Fact]
    public async Task Send_WaitingForRoom_AllocatesFarLessThanOncePerPacket()
    {
        using var stream = new LaterStream();
        var output = new FrameOutput(stream, TimeProvider.System, e => throw e);
        var packet = new byte[1200];
        const int Many = 10 * Packets;
        await SendAsync(Packets);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await SendAsync(Many);
        var each = (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / Many;
        Assert.True(stream.Writes > 100, $"only {stream.Writes} writes");
        Assert.True(each < 8, $"{each:0.0} bytes a packet");

        async Task SendAsync(int count)
        {
            for (var i = 0; i < count; i++) await output.SendAsync(OutgoingFrame.Send(Pair.Other, packet), CancellationToken.None);
            await Within.TimeAsync(output.WhenIdle(), "the writes");
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
        return new RelayConnection(new Connector.Connected(result, Pair.Plain.Targets[0], null, null, new ConnectTimings()), Pair.Options);
    }

    private static long Measure(Action action)
    {
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
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
