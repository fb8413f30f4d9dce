using Relay.Client.Upgrade;

namespace Relay.Client.Tests.Fakes;

/// <summary>Notes the size of each write, and completes none before it is opened.</summary>
internal sealed class GatedStream : AsyncOnlyStream
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<int> Writes { get; } = [];

    public void Open() => _open.SetResult();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Writes.Add(buffer.Length);
        return new ValueTask(_open.Task);
    }
}
