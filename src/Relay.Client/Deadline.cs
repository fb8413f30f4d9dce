namespace Relay.Client;

/// <summary>A time limit by the given clock, which the end of the whole undertaking cuts short.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _either;

    internal Deadline(TimeSpan after, TimeProvider time, CancellationToken stop)
    {
        _limit = new CancellationTokenSource(after, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, stop);
    }

    internal CancellationToken Token => _either.Token;

    public void Dispose()
    {
        _either.Dispose();
        _limit.Dispose();
    }
}
