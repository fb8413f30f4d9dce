using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Server.Connections;

namespace Relay.Server.Tests.Connections;

/// <summary>Gives its ClientInfo, then the same frames again and again, then waits or ends; takes all writes.</summary>
internal sealed class ScriptedStream(NodePrivateKey client, NodeKey relay, byte[] frames, ClientInfo? info = null) : Stream
{
    /// <summary>Times that the frames are given.</summary>
    public const int Reads = 2000;

    private const int Warmup = Reads / 2;

    private readonly byte[] _hello = (info ?? new ClientInfo()).ToFrame(client, relay);
    private readonly TaskCompletionSource _end = new();
    private bool _greeted;
    private int _reads;
    private int _thread;
    private long _before;

    /// <summary>Bytes allocated from one read to the next, wherever both were asked for on the same thread.</summary>
    public long Allocated { get; private set; }

    public static int Measured => Reads - Warmup;

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
