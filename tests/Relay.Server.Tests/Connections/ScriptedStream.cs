using System.Diagnostics;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Server.Connections;
using Relay.Testing;

namespace Relay.Server.Tests.Connections;

/// <summary>
/// Gives its ClientInfo, then the same frames again and again until a thousand times cost no allocation, or it takes too long;
/// without frames it waits. Takes all writes.
/// </summary>
internal sealed class ScriptedStream(NodePrivateKey client, NodeKey relay, byte[] frames, ClientInfo? info = null) : Stream
{
    /// <summary>Times in a row that must cost nothing.</summary>
    public const int Measured = 1000;

    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly byte[] _hello = (info ?? new ClientInfo()).ToFrame(client, relay);
    private readonly TaskCompletionSource _end = new();
    private bool _greeted;
    private bool _over;
    private long _before;

    /// <summary>Times that the frames were given.</summary>
    public int Given { get; private set; }

    /// <summary>Bytes allocated in the last thousand times, from one read to the next, on the thread that they came on: see <see cref="LoopThread"/>.</summary>
    public long Allocated { get; private set; }

    /// <summary>As the relay is given it.</summary>
    public RelayConnection Connection => new() { Stream = this, Abort = End };

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
        if (_over) return new(0);
        Given++;
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
        if (Given > 0) Allocated += now - _before;
        _before = now;
        if (Given == 0 || Given % Measured != 0) return;
        _over = Allocated == 0 || Stopwatch.GetElapsedTime(_began) > Allocations.WarmWithin;
        if (!_over) Allocated = 0;
    }

    private async ValueTask<int> EndAsync()
    {
        await _end.Task;
        return 0;
    }
}
