using System.Runtime.CompilerServices;
using Relay.Protocol.Frames;

namespace Relay.Client.Connections;

/// <summary>
/// Writes the frames of many senders to one stream. Whoever finds no write under way writes at once; frames that come during
/// a write gather and go out together with the next. What gathers is bounded: beyond that senders wait. Thread safe.
/// </summary>
/// <remarks>
/// No frame allocates: batches come from the pool, waiters are reused, and the continuation of a write is one delegate for
/// the connection's life instead of a state machine for each batch.
/// </remarks>
internal sealed class FrameOutput
{
    /// <summary>Bytes that may gather. Some 180 full packets: enough to keep a fast line busy, small enough not to delay.</summary>
    internal const int Limit = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly Action<Exception> _onFailure;
    private readonly TimeProvider _time;
    private readonly Action _onWritten;
    private readonly SendBatch _batch = new();
    private readonly SendWaiters _waiters = new();
    private TokenBucket? _bucket;
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _write;
    private TaskCompletionSource? _idle;
    private RelayException? _failure;
    private long _writingSince, _dropped;
    private bool _writing;

    public FrameOutput(Stream stream, TimeProvider time, Action<Exception> onFailure)
    {
        (_stream, _time, _onFailure, _onWritten) = (stream, time, onFailure, OnWritten);
    }

    /// <summary>Packets that the relay's announced rate left no room for.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Timestamp of the start of the write under way; null when there is none.</summary>
    public long? WritingSince
    {
        get
        {
            lock (_gate) return _writing ? _writingSince : null;
        }
    }

    /// <summary>Installs, replaces or (null) removes the rate that the relay announced.</summary>
    public void Limiter(TokenBucket? bucket)
    {
        lock (_gate) _bucket = bucket;
    }

    /// <summary>Takes the frame; completes at once unless too much has gathered.</summary>
    public ValueTask SendAsync(in OutgoingFrame frame, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return TrySend(frame, out var waiter, cancellation) ? default : SendSlowAsync(frame, waiter!, cancellation);
    }

    /// <summary>Takes the frame if there is room for it and the connection stands, else forgets it.</summary>
    public void SendIfRoom(in OutgoingFrame frame)
    {
        lock (_gate)
        {
            if (_failure is not null || !_batch.HasRoom(frame.Size, Limit)) return;
            _batch.Append(frame);
            if (_writing) return;
            _writing = true;
        }

        Write();
    }

    /// <summary>
    /// Takes the frame if there is room for it, without writing it yet: a sender that has several at hand calls
    /// <see cref="Flush"/> after the last, and pays for one write. False: forgotten.
    /// </summary>
    public bool TryGather(in OutgoingFrame frame)
    {
        lock (_gate)
        {
            if (_failure is not null || !_batch.HasRoom(frame.Size, Limit)) return false;
            if (_bucket is not null && !_bucket.TryTake(frame.Size))
            {
                Interlocked.Increment(ref _dropped);
                return false;
            }

            _batch.Append(frame);
            return true;
        }
    }

    /// <summary>Writes what was gathered, unless a write is under way, which takes it along.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_writing || _failure is not null) return;
            _writing = true;
        }

        Write();
    }

    /// <summary>Completes when all that was taken so far has been written, or the connection has failed.</summary>
    public Task WhenIdle()
    {
        lock (_gate)
        {
            if (!_writing || _failure is not null) return Task.CompletedTask;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    /// <summary>Ends it: senders that wait, and all later ones, get <paramref name="failure"/>.</summary>
    public void Fail(RelayException failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
            _waiters.ReleaseAll();
            _idle?.TrySetResult();
        }
    }

    private bool TrySend(in OutgoingFrame frame, out SendWaiter? waiter, CancellationToken cancellation)
    {
        waiter = null;
        lock (_gate)
        {
            if (_failure is not null) throw _failure.Again();
            if (!_batch.HasRoom(frame.Size, Limit))
            {
                waiter = _waiters.Add(cancellation);
                return false;
            }

            if (frame.Type == FrameType.SendPacket && _bucket is not null && !_bucket.TryTake(frame.Size))
            {
                Interlocked.Increment(ref _dropped);
                return true;
            }

            _batch.Append(frame);
            if (_writing) return true;
            _writing = true;
        }

        Write();
        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendSlowAsync(OutgoingFrame frame, SendWaiter waiter, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await waiter.Task.ConfigureAwait(false);
            }
            finally
            {
                lock (_gate) _waiters.Recycle(waiter);
            }

            if (TrySend(frame, out var next, cancellation)) return;
            waiter = next!;
        }
    }

    // Runs on the sender that found no write under way, then on whatever thread a write completes.
    private void Write()
    {
        while (true)
        {
            ReadOnlyMemory<byte> bytes;
            lock (_gate)
            {
                if (_failure is not null || !_batch.TryTake(out bytes))
                {
                    _writing = false;
                    _idle?.TrySetResult();
                    _idle = null;
                    return;
                }

                _waiters.ReleaseAll();
                _writingSince = _time.GetTimestamp();
            }

            try
            {
#pragma warning disable CA2012 // The awaiter is asked for its result once: here, or in OnWritten.
                var write = _stream.WriteAsync(bytes).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
                if (!write.IsCompleted)
                {
                    _write = write;
                    write.UnsafeOnCompleted(_onWritten);
                    return;
                }

                write.GetResult();
            }
            catch (Exception e)
            {
                _onFailure(e);
            }
        }
    }

    private void OnWritten()
    {
        try
        {
            _write.GetResult();
        }
        catch (Exception e)
        {
            _onFailure(e);
        }

        Write();
    }
}
