namespace Relay.Stun.Udp;

/// <summary>
/// Keeps a receive call that fails over and over from taking a whole core. The first failures in a row cost no pause, so
/// that a passing error stalls nobody; then each costs 10 ms.
/// </summary>
internal sealed class ErrorPause(TimeProvider time)
{
    private const int FreeErrors = 16;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private int _errors;

    /// <summary>A receive call worked.</summary>
    internal void Reset() => _errors = 0;

    /// <summary>A receive call failed; says whether to wait before the next, and how long.</summary>
    internal bool IsDue(out TimeSpan pause)
    {
        pause = Pause;
        if (_errors >= FreeErrors) return true;
        _errors++;
        return false;
    }

    /// <summary>A receive call failed; waits if that is due, and at once no longer when <paramref name="stop"/> comes.</summary>
    internal async Task WaitAsync(CancellationToken stop)
    {
        if (!IsDue(out var pause)) return;
        await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
