using Microsoft.Extensions.Logging.Abstractions;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Server.Mesh;
using Relay.Server.Tests.Connections;
using Relay.Testing;

namespace Relay.Server.Tests.Mesh;

/// <summary>What goes between relays is held to the same as what goes between two clients of one.</summary>
public sealed class LinkAllocationTests
{
    private const int PacketSize = 1280;
    private const int PacketsPerRead = 12;

    [Theory]
    [InlineData(1)]
    [InlineData(PacketsPerRead)]
    public async Task PacketForAnotherRelay_AllocatesNothing(int packetsPerRead)
    {
        await using var relay = new TestRelay();
        var line = new OneWayStream();
        await using var mesh = new RelayMesh(relay.Server, new OneDialer(line), new MeshOptions(), NullLogger<RelayMesh>.Instance);
        await mesh.SetMembersAsync([MemoryMesh.Member("b")]);
        await Eventually.True(() => line.Bytes > 0, "the link to ask who is there");
        await Eventually.Done(mesh.LinkTo("b")!.Outbox!.WhenIdleAsync(), "the link to be free");
        using var bob = NodePrivateKey.Generate();
        relay.Server.Context.Directory.Announce(bob.Public, mesh.LinkTo("b")!);
        var frames = new byte[packetsPerRead * (FrameWriter.PacketOverhead + PacketSize)];
        for (var i = 0; i < frames.Length; i += FrameWriter.PacketOverhead + PacketSize) FrameWriter.SendPacket(frames.AsSpan(i), bob.Public, new byte[PacketSize]);
        using var key = NodePrivateKey.Generate();
        var alice = new ScriptedStream(key, relay.Key.Public, frames);

        await LoopThread.RunAsync(() => relay.Server.ServeAsync(alice.Connection));

        var packets = (long)alice.Given * packetsPerRead;
        Assert.Equal(packets, mesh.Links[0].ForwardedOut);
        Assert.True(line.Bytes >= packets * (FrameWriter.ForwardOverhead + PacketSize), $"{line.Bytes} bytes went out");
        Assert.True(alice.Allocated == 0, $"{alice.Allocated} bytes for {ScriptedStream.Measured * packetsPerRead} packets");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(PacketsPerRead)]
    public async Task PacketFromAnotherRelay_AllocatesNothing(int packetsPerRead)
    {
        await using var relay = new TestRelay(new RelayOptions { MeshKey = Raw.MeshKey('5') });
        using var alice = NodePrivateKey.Generate();
        using var key = NodePrivateKey.Generate();
        using var otherRelay = NodePrivateKey.Generate();
        var bob = new ScriptedStream(key, relay.Key.Public, []);
        var frames = new byte[packetsPerRead * (FrameWriter.ForwardOverhead + PacketSize)];
        for (var i = 0; i < frames.Length; i += FrameWriter.ForwardOverhead + PacketSize)
            FrameWriter.ForwardPacket(frames.AsSpan(i), alice.Public, key.Public, new byte[PacketSize]);
        var link = new ScriptedStream(otherRelay, relay.Key.Public, frames, new ClientInfo { MeshKey = Raw.MeshKey('5') });
        var bobSession = relay.Server.ServeAsync(bob.Connection);

        await LoopThread.RunAsync(() => relay.Server.ServeAsync(link.Connection));
        bob.End();
        await bobSession;

        Assert.Equal((long)link.Given * packetsPerRead, relay.Server.Snapshot().PacketsOut(PacketKind.Other));
        Assert.True(link.Allocated == 0, $"{link.Allocated} bytes for {ScriptedStream.Measured * packetsPerRead} packets");
    }

    /// <summary>Always leads to a relay that takes everything and says nothing.</summary>
    private sealed class OneDialer(Stream stream) : IMeshDialer
    {
        private readonly NodePrivateKey _relay = NodePrivateKey.Generate();

        public Task<MeshLine> DialAsync(MeshMember member, CancellationToken cancellationToken) =>
            Task.FromResult(new MeshLine { Stream = stream, RelayKey = _relay.Public });
    }

    private sealed class OneWayStream : WriteOnlyStream
    {
        private readonly TaskCompletionSource<int> _end = new();

        public long Bytes { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(_end.Task);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Bytes += buffer.Length;
            return default;
        }

        protected override void Dispose(bool disposing)
        {
            _end.TrySetResult(0);
            base.Dispose(disposing);
        }
    }
}
