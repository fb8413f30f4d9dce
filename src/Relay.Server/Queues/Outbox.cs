using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Server.Connections;
using Relay.Server.Transport;

namespace Relay.Server.Queues;

/// <summary>
/// What waits to be written to one client, in three lanes: control frames, urgent packets (discovery and WireGuard
/// handshakes), all other packets. Thread safe; a caller never waits for the client.
/// </summary>
/// <remarks>
/// <para>
/// There is no writer task. Whoever brings frames (<see cref="Flush"/>) becomes the writer if nobody is, takes all that
/// waits and writes it in one go; while a write is under way others only append, and the writer takes what gathered
/// meanwhile. So a lone packet goes out on the thread that read it, without a hand-over, and batches grow with load.
/// </para>
/// <para>
/// While a write is under way each packet lane holds at most what its limit says and drops its oldest. While none is, a lane
/// takes what one read brought: that is written at once and waits for nobody.
/// </para>
/// </remarks>
internal sealed class Outbox : IThreadPoolWorkItem, ITurnEnd
{
    // A write larger than this is cut, so that the write deadline is one for progress and not for a whole queue.
    private const int MaxWrite = 64 * 1024;

    // Rounds of writing that a thread does for others before it hands the rest to the pool and goes back to its reader.
    private const int MaxRounds = 4;

    private const int MaxPongs = 8;

    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly CoarseClock _clock;
    private readonly Action<EndReason> _failed;
    private readonly Action _writeCompleted;
    private readonly QueueLimit _limit;

    private FrameQueue _control;
    private FrameQueue _urgent;
    private FrameQueue _bulk;
    private long _waitingSince;
    private bool _writing;
    private bool _closed;
    private int _pongsWaiting;
    private long _turn;
    private TaskCompletionSource? _idle;

    // Owned by the writer.
    private byte[]? _batch;
    private int _batchStart;
    private int _batchEnd;
    private int _written;
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _pending;
    private long _writingSince;

    /// <param name="stream">Takes the bytes; never two writes at once.</param>
    /// <param name="clock">For <see cref="WritingSince"/>.</param>
    /// <param name="limit">What may wait in a lane while a write is under way.</param>
    /// <param name="maxControlBytes">Control frames that may wait, in bytes; more ends the session.</param>
    /// <param name="failed">Called once a write failed or the control lane overflowed; must not throw.</param>
    public Outbox(Stream stream, CoarseClock clock, QueueLimit limit, int maxControlBytes, Action<EndReason> failed)
    {
        _stream = stream;
        _clock = clock;
        _limit = limit;
        MaxControlBytes = maxControlBytes;
        _failed = failed;
        _writeCompleted = OnWriteCompleted;
    }

    /// <summary>Control frames that may wait, in bytes. Set before anybody else can find this.</summary>
    public int MaxControlBytes { get; set; }

    /// <summary>What was taken and lost so far.</summary>
    public OutboxCounters Counters { get; } = new();

    /// <summary>When the write under way began, by the coarse clock in milliseconds; 0 while there is none.</summary>
    public long WritingSince => Volatile.Read(ref _writingSince);

    /// <summary>Bytes of memory held while a write is under way, else 0. Takes no lock, and may be off by what happens meanwhile.</summary>
    public long Held => WritingSince == 0 ? 0 : (long)_control.Capacity + _urgent.Capacity + _bulk.Capacity + (_batch?.Length ?? 0);

    /// <summary>Packets that wait to be taken by the writer, and their bytes with headers.</summary>
    public (int Packets, int Bytes) Waiting
    {
        get
        {
            lock (_gate) return (_urgent.Count + _bulk.Count, _urgent.Bytes + _bulk.Bytes);
        }
    }

    /// <summary>
    /// Takes a run of RecvPacket frames of one kind, copying them. They are written by the next <see cref="Flush"/> of anybody.
    /// True when that should be now: so much waits that nothing is gained by gathering more.
    /// </summary>
    public bool Append(ReadOnlySpan<byte> frames, int count, PacketKind kind)
    {
        lock (_gate)
        {
            if (!Accept(ref frames, ref count, kind)) return false;
            ref var lane = ref Lane(kind);
            lane.Append(frames, count);
            return !_writing && lane.Bytes >= MaxWrite;
        }
    }

    /// <summary>As <see cref="Append"/>, of a run of SendPacket frames that become ForwardPacket frames on the way.</summary>
    public bool AppendForwards(ReadOnlySpan<byte> frames, int count, PacketKind kind, NodeKey source)
    {
        lock (_gate)
        {
            if (!Accept(ref frames, ref count, kind)) return false;
            ref var lane = ref Lane(kind);
            lane.AppendForwards(frames, count, source);
            return !_writing && lane.Bytes >= MaxWrite;
        }
    }

    /// <summary>Takes one control frame, copying it, to be written before all packets. Written by the next <see cref="Flush"/> of anybody.</summary>
    public void AppendControl(ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            if (_closed) return;
            if (_control.Bytes + frame.Length <= MaxControlBytes)
            {
                _control.Append(frame, 1);
                return;
            }
        }

        _failed(EndReason.ControlQueueFull);
    }

    /// <summary>
    /// Takes a Pong, unless a few are still waiting: a client that pings faster than it reads loses pings. (The reference
    /// keeps one; a few let pings that came in one read all be answered.)
    /// </summary>
    public bool TryAppendPong(ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            if (_closed || _pongsWaiting == MaxPongs) return false;
            _pongsWaiting++;
            _control.Append(frame, 1);
            return true;
        }
    }

    /// <summary>Writes what waits, unless somebody is writing already, who then will. Returns without waiting for the client.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_writing || _closed || (_control.Count | _urgent.Count | _bulk.Count) == 0) return;
            _writing = true;
        }

        Pump();
    }

    /// <summary>As <see cref="Flush"/>, at the end of <paramref name="turn"/>, the calling thread's own.</summary>
    public void FlushAtEnd(Turn turn)
    {
        // Two threads may overwrite each other's mark; that costs one needless flush.
        if (_turn == turn.Number) return;
        _turn = turn.Number;
        turn.AtEnd(this);
    }

    /// <inheritdoc/>
    void ITurnEnd.OnTurnEnd() => Flush();

    /// <summary>Completes when nothing waits and no write is under way.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            if (!_writing && (_closed || (_control.Count | _urgent.Count | _bulk.Count) == 0)) return Task.CompletedTask;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    /// <summary>Takes nothing more; what waits is counted as dropped. A write under way goes on: see <see cref="WhenIdleAsync"/>.</summary>
    public void Close(DropReason reason)
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            Discard(ref _urgent, reason);
            Discard(ref _bulk, reason);
            if (_control.Count > 0) ArrayPool<byte>.Shared.Return(_control.Take(out _, out _));
            if (!_writing) _idle?.TrySetResult();
        }
    }

    /// <summary>Goes on writing on a pool thread.</summary>
    void IThreadPoolWorkItem.Execute() => Pump();

    // Only the writer comes here: whoever set _writing.
    private void Pump()
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            if (!TakeBatch() || !WriteBatch()) return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private bool TakeBatch()
    {
        lock (_gate)
        {
            var lanes = (_control.Count > 0 ? 1 : 0) + (_urgent.Count > 0 ? 1 : 0) + (_bulk.Count > 0 ? 1 : 0);
            if (lanes == 0)
            {
                _writing = false;
                _idle?.TrySetResult();
                _idle = null;
                return false;
            }

            _pongsWaiting = 0;
            if (_waitingSince != 0)
            {
                Counters.Waited(Stopwatch.GetElapsedTime(_waitingSince));
                _waitingSince = 0;
            }

            if (lanes == 1)
            {
                ref var lane = ref _bulk.Count > 0 ? ref _bulk : ref _urgent.Count > 0 ? ref _urgent : ref _control;
                _batch = lane.Take(out _batchStart, out _batchEnd);
                _written = _batchStart;
                return true;
            }

            var total = _control.Bytes + _urgent.Bytes + _bulk.Bytes;
            _batch = ArrayPool<byte>.Shared.Rent(total);
            _batchStart = _written = 0;
            _batchEnd = _control.MoveTo(_batch);
            _batchEnd += _urgent.MoveTo(_batch.AsSpan(_batchEnd));
            _batchEnd += _bulk.MoveTo(_batch.AsSpan(_batchEnd));
            return true;
        }
    }

    // True when all of the batch is written; false when a write is pending, whose completion goes on, or has failed.
    private bool WriteBatch()
    {
        try
        {
            while (_written < _batchEnd)
            {
                var length = Math.Min(MaxWrite, _batchEnd - _written);
                Volatile.Write(ref _writingSince, _clock.Milliseconds);
                var write = _stream.WriteAsync(_batch.AsMemory(_written, length)).ConfigureAwait(false).GetAwaiter();
                if (!write.IsCompleted)
                {
                    _pending = write;
                    write.UnsafeOnCompleted(_writeCompleted);
                    return false;
                }

                write.GetResult();
                _written += length;
            }
        }
        catch (Exception)
        {
            Fail();
            return false;
        }

        Volatile.Write(ref _writingSince, 0);
        ArrayPool<byte>.Shared.Return(_batch!);
        _batch = null;
        return true;
    }

    private void OnWriteCompleted()
    {
        try
        {
            _pending.GetResult();
            _written += Math.Min(MaxWrite, _batchEnd - _written);
        }
        catch (Exception)
        {
            Fail();
            return;
        }

        if (WriteBatch()) Pump();
    }

    // Whatever the stream throws means the same: nothing more can be written to this client.
    private void Fail()
    {
        Volatile.Write(ref _writingSince, 0);
        Close(DropReason.WriteError);
        lock (_gate)
        {
            CountUnwritten();
            ArrayPool<byte>.Shared.Return(_batch!);
            _batch = null;
            _writing = false;
            _idle?.TrySetResult();
        }

        _failed(EndReason.WriteError);
    }

    // Packets of the batch that did not go out whole. A greeting is no frame: its first bytes announce an impossible length.
    private void CountUnwritten()
    {
        for (var position = _batchStart; _batchEnd - position >= FrameHeader.Size;)
        {
            var frame = _batch.AsSpan(position, _batchEnd - position);
            var length = FrameQueue.LengthOfFirst(frame);
            if (length < FrameHeader.Size || length > frame.Length) return;
            position += length;
            if (position > _written && (FrameType)frame[0] is FrameType.RecvPacket or FrameType.ForwardPacket) CountDrop(frame[..length], DropReason.WriteError);
        }
    }

    private ref FrameQueue Lane(PacketKind kind)
    {
        if (kind is PacketKind.Disco or PacketKind.WireGuardHandshake) return ref _urgent;
        return ref _bulk;
    }

    // Counts a run, and makes room for it where that is needed. False: nothing is taken any more.
    private bool Accept(ref ReadOnlySpan<byte> frames, ref int count, PacketKind kind)
    {
        Counters.Accepted(kind, count, frames.Length - count * FrameWriter.PacketOverhead);
        if (_closed)
        {
            CountDrops(frames, DropReason.GoneDisconnected);
            return false;
        }

        // A turn's beginning is when the kernel handed over what it brought; elsewhere there is only now.
        if (_waitingSince == 0) _waitingSince = Turn.Current?.Began ?? Stopwatch.GetTimestamp();
        if (!_writing) return true;
        ref var lane = ref Lane(kind);
        while (lane.Count > 0 && (lane.Count + count > _limit.Packets || lane.Bytes + frames.Length > _limit.Bytes))
            CountDrop(lane.DropOldest(), DropReason.QueueHead);
        for (; count > _limit.Packets; count--)
        {
            var length = FrameQueue.LengthOfFirst(frames);
            CountDrop(frames[..length], DropReason.QueueHead);
            frames = frames[length..];
        }

        return true;
    }

    private void Discard(ref FrameQueue lane, DropReason reason)
    {
        if (lane.Count == 0) return;
        var array = lane.Take(out var start, out var end);
        CountDrops(array.AsSpan(start, end - start), reason);
        ArrayPool<byte>.Shared.Return(array);
    }

    private void CountDrops(ReadOnlySpan<byte> frames, DropReason reason)
    {
        while (!frames.IsEmpty)
        {
            var length = FrameQueue.LengthOfFirst(frames);
            CountDrop(frames[..length], reason);
            frames = frames[length..];
        }
    }

    private void CountDrop(ReadOnlySpan<byte> frame, DropReason reason)
    {
        var packet = frame[(frame[0] == (byte)FrameType.ForwardPacket ? FrameWriter.ForwardOverhead : FrameWriter.PacketOverhead)..];
        Counters.Dropped(reason, PacketKinds.Classify(packet), packet.Length);
    }
}
