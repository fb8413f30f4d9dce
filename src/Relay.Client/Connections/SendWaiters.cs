namespace Relay.Client.Connections;

/// <summary>The senders that wait for room, and used waiters for the next ones. The caller holds a lock.</summary>
internal sealed class SendWaiters
{
    // Beyond this many, waiters are left to the collector.
    private const int Spares = 16;

    private readonly List<SendWaiter> _waiting = [];
    private readonly Stack<SendWaiter> _spare = new(Spares);

    public SendWaiter Add(CancellationToken cancellation)
    {
        if (!_spare.TryPop(out var waiter)) waiter = new SendWaiter();
        _waiting.Add(waiter);
        waiter.Start(cancellation);
        return waiter;
    }

    /// <summary>Lets all go on: each looks for room again.</summary>
    public void ReleaseAll()
    {
        foreach (var waiter in _waiting) waiter.Release();
        _waiting.Clear();
    }

    public void Recycle(SendWaiter waiter)
    {
        _waiting.Remove(waiter);
        if (waiter.Stop() && _spare.Count < Spares) _spare.Push(waiter);
    }
}
