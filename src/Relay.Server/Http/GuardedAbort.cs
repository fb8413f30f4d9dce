namespace Relay.Server.Http;

/// <summary>
/// Lets a session cut its request until the request ends, and not a moment longer: the server reuses its objects for the
/// next request. Thread safe.
/// </summary>
internal sealed class GuardedAbort(Action abort) : IDisposable
{
    private readonly Lock _lock = new();
    private bool _spent;

    public bool Aborted { get; private set; }

    public void Abort()
    {
        lock (_lock)
        {
            if (_spent) return;
            _spent = true;
            Aborted = true;
            abort();
        }
    }

    public void Dispose()
    {
        lock (_lock) _spent = true;
    }
}
