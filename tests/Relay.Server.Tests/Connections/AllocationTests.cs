using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Server.Connections;

namespace Relay.Server.Tests.Connections;

public sealed class AllocationTests
{
    private const int PacketsPerRead = 12;
    private const int Reads = 2000;

    [Theory]
    [InlineData(1)]
    [InlineData(PacketsPerRead)]
    public async Task ForwardedPacket_AllocatesNothing(int packetsPerRead)
    {
        await using var relay = new TestRelay();
        using var key = NodePrivateKey.Generate();
        var bob = new ScriptedStream(key, relay.Key.Public, []);
        var alice = new ScriptedStream(NodePrivateKey.Generate(), relay.Key.Public, Packets(key.Public, packetsPerRead));
        var bobSession = ServeAsync(relay, bob);

        // Both sessions run on this thread: the scripted stream completes every read and write at once.
        await relay.Server.ServeAsync(Connection(alice));

        Assert.Equal((long)Reads * packetsPerRead, relay.Server.Snapshot().PacketsOut(PacketKind.Other));
        Assert.True(alice.Allocated == 0, $"{alice.Allocated} bytes for {alice.Measured * packetsPerRead} packets");
        bob.End();
        await bobSession;
    }

    private static Task<EndReason> ServeAsync(TestRelay relay, ScriptedStream stream) => relay.Server.ServeAsync(Connection(stream));

    private static RelayConnection Connection(ScriptedStream stream) => new() { Stream = stream, Abort = stream.End };

    private static byte[] Packets(NodeKey to, int count)
    {
        var frames = new byte[count * (FrameWriter.PacketOverhead + 1280)];
        for (var i = 0; i < count; i++) FrameWriter.SendPacket(frames.AsSpan(i * (FrameWriter.PacketOverhead + 1280)), to, new byte[1280]);
        return frames;
    }

    /// <summary>Gives its ClientInfo, then the same frames again and again, then waits or ends; takes all writes.</summary>
    private sealed class ScriptedStream(NodePrivateKey client, NodeKey relay, byte[] frames) : Stream
    {
        private const int Warmup = Reads / 2;

        private readonly byte[] _hello = new ClientInfo().ToFrame(client, relay);
        private readonly TaskCompletionSource _end = new();
        private bool _greeted;
        private int _reads;
        private int _thread;
        private long _before;

        /// <summary>Bytes allocated from one read to the next, wherever both were asked for on the same thread.</summary>
        public long Allocated { get; private set; }

        public int Measured => Reads - Warmup;

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => 0; set => throw new NotSupportedException(); }

        public void End() => _end.TrySetResult();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_greeted && frames.Length == 0) return EndAsync();
            if (buffer.IsEmpty) return new(0);
            if (!_greeted)
            {
                _greeted = true;
                _hello.CopyTo(buffer);
                return new(_hello.Length);
            }

            Measure();
            if (_reads++ >= Reads) return new(0);
            frames.CopyTo(buffer);
            return new(frames.Length);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private void Measure()
        {
            var now = GC.GetAllocatedBytesForCurrentThread();
            if (_reads > Warmup && _thread == Environment.CurrentManagedThreadId) Allocated += now - _before;
            (_thread, _before) = (Environment.CurrentManagedThreadId, now);
        }

        private async ValueTask<int> EndAsync()
        {
            await _end.Task;
            return 0;
        }
    }
}
