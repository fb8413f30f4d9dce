using System.Buffers;

namespace Relay.Server.Connections;

/// <summary>
/// What was received and not yet consumed, in one pooled array that is held only while there is something to do.
/// Its memory is bounded by twice what was really received, whatever a header announces. One reader owns it.
/// </summary>
internal sealed class ReceiveBuffer : IDisposable
{
    // Twice a TLS record: what one read brings, and the beginning of a frame left over from the last one.
    private const int WorkingSize = 32 * 1024;

    private byte[]? _array;
    private int _start;
    private int _end;

    /// <summary>Starts with bytes that were received earlier.</summary>
    public ReceiveBuffer(ReadOnlySpan<byte> received)
    {
        if (received.IsEmpty) return;
        received.CopyTo(Space(received.Length).Span);
        _end = received.Length;
    }

    /// <summary>The bytes to be consumed; to be written to, too: frames are turned into others in place.</summary>
    public Span<byte> Data => _array.AsSpan(_start, _end - _start);

    /// <summary>Whether nothing is left to be consumed.</summary>
    public bool IsEmpty => _start == _end;

    /// <summary>Takes <paramref name="length"/> bytes off the start.</summary>
    public void Consume(int length)
    {
        _start += length;
        if (_start == _end) (_start, _end) = (0, 0);
    }

    /// <summary>Room to read into, at least half of the working size and at least <paramref name="atLeast"/> bytes.</summary>
    public Memory<byte> Space(int atLeast = WorkingSize / 2)
    {
        if (_array is null) _array = ArrayPool<byte>.Shared.Rent(Math.Max(WorkingSize, atLeast));
        else if (_array.Length - _end < atLeast) MoveTo(Math.Max(WorkingSize, _end - _start + atLeast));
        return _array.AsMemory(_end);
    }

    /// <summary>Adds <paramref name="length"/> bytes that were read into <see cref="Space"/>.</summary>
    public void Advance(int length) => _end += length;

    /// <summary>Before a wait: gives the array back; the beginning of a frame is kept in one just large enough.</summary>
    public void Park()
    {
        if (_array is null) return;
        if (IsEmpty) Dispose();
        else if (_array.Length > 2 * (_end - _start)) MoveTo(_end - _start);
    }

    /// <summary>Gives the array back.</summary>
    public void Dispose()
    {
        if (_array is not null) ArrayPool<byte>.Shared.Return(_array);
        (_array, _start, _end) = (null, 0, 0);
    }

    private void MoveTo(int size)
    {
        var data = Data;
        var target = _array!;
        if (target.Length < size || target.Length > 2 * size) target = ArrayPool<byte>.Shared.Rent(size);
        data.CopyTo(target);
        if (target != _array) ArrayPool<byte>.Shared.Return(_array!);
        (_array, _start, _end) = (target, 0, data.Length);
    }
}
