using System.Threading.Tasks.Sources;
using Relay.Client.Upgrade;

namespace Relay.Client.Tests.Fakes;

/// <summary>Completes each write on a thread of its own, and allocates nothing for it.</summary>
internal sealed class LaterStream : AsyncOnlyStream, IValueTaskSource
{
    private readonly SemaphoreSlim _begun = new(0);
    private ManualResetValueTaskSourceCore<bool> _core;
    private volatile bool _closed;

    public LaterStream() => new Thread(Complete) { IsBackground = true }.Start();

    public int Writes { get; private set; }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Writes++;
        _core.Reset();
        var write = new ValueTask(this, _core.Version);
        _begun.Release();
        return write;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public void GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    protected override void Dispose(bool disposing)
    {
        _closed = true;
        _begun.Release();
        base.Dispose(disposing);
    }

    private void Complete()
    {
        while (true)
        {
            _begun.Wait();
            if (_closed) return;
            _core.SetResult(true);
        }
    }
}
