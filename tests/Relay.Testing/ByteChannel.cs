namespace Relay.Testing;

/// <summary>One direction of a <see cref="DuplexStream"/>: a bounded ring of bytes between one writer and one reader.</summary>
internal sealed class ByteChannel(int capacity)
{
    private readonly Lock _lock = new();
    private readonly byte[] _ring = new byte[capacity];
    private int _start;
    private int _count;
    private bool _paused;
    private bool _readerWaits;
    private bool _completed;
    private Exception? _broken;
    private TaskCompletionSource? _changed;

    internal async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_broken is not null) throw new IOException(_broken.Message, _broken);
                if (!_paused && (_count > 0 || _completed))
                {
                    _readerWaits = false;
                    return Take(destination.Span);
                }

                if (!_readerWaits)
                {
                    _readerWaits = true;
                    Pulse();
                }

                changed = Changed();
            }

            await changed.WaitAsync(cancellation);
        }
    }

    internal async ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_broken is not null) throw new IOException(_broken.Message, _broken);
                if (_completed) throw new IOException("this end has been closed for writing");
                source = source[Put(source.Span)..];
                if (source.IsEmpty) return;
                changed = Changed();
            }

            await changed.WaitAsync(cancellation);
        }
    }

    /// <summary>Completes when the writer has filled all there is and would have to wait for the reader.</summary>
    internal async Task WhenFullAsync()
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_count == _ring.Length) return;
                if (_broken is not null) throw new IOException(_broken.Message, _broken);
                changed = Changed();
            }

            await changed;
        }
    }

    /// <summary>Completes when the reader has taken all there is and waits for more.</summary>
    internal async Task WhenReadToTheEndAsync()
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_readerWaits && _count == 0) return;
                if (_broken is not null) throw new IOException(_broken.Message, _broken);
                changed = Changed();
            }

            await changed;
        }
    }

    internal void Pause(bool paused)
    {
        lock (_lock)
        {
            _paused = paused;
            Pulse();
        }
    }

    /// <summary>No more will be written: the reader sees the end after what is still here.</summary>
    internal void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            Pulse();
        }
    }

    /// <summary>Both sides fail from now on; what is still here is lost. The first reason stays.</summary>
    internal void Break(Exception reason)
    {
        lock (_lock)
        {
            _broken ??= reason;
            Pulse();
        }
    }

    private int Take(Span<byte> destination)
    {
        var taken = Math.Min(destination.Length, _count);
        var first = Math.Min(taken, _ring.Length - _start);
        _ring.AsSpan(_start, first).CopyTo(destination);
        _ring.AsSpan(0, taken - first).CopyTo(destination[first..]);
        _start = (_start + taken) % _ring.Length;
        _count -= taken;
        if (taken > 0) Pulse();
        return taken;
    }

    private int Put(ReadOnlySpan<byte> source)
    {
        var put = Math.Min(source.Length, _ring.Length - _count);
        var end = (_start + _count) % _ring.Length;
        var first = Math.Min(put, _ring.Length - end);
        source[..first].CopyTo(_ring.AsSpan(end));
        source[first..put].CopyTo(_ring);
        _count += put;
        if (put > 0) Pulse();
        return put;
    }

    // Continuations must not run inside the lock.
    private Task Changed() => (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private void Pulse()
    {
        _changed?.SetResult();
        _changed = null;
    }
}
