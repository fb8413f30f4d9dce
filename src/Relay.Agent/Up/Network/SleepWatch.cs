namespace Relay.Agent.Up.Network;

/// <summary>
/// Notices that this machine slept: the clock on the wall has gone on further than a timer took. No notice of the network need
/// come then, and yet relays have given up, NATs have forgotten, and the network may be another.
/// </summary>
internal sealed class SleepWatch(TimeProvider time)
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>A timer that is so late was not only kept waiting. A clock that is set forward looks the same, and does no harm.</summary>
    internal static readonly TimeSpan Nap = TimeSpan.FromSeconds(15);

    /// <summary>Completes when the machine has woken up.</summary>
    internal async Task NextAsync(CancellationToken stop)
    {
        while (true)
        {
            var before = time.GetUtcNow();
            await Task.Delay(Interval, time, stop);
            if (time.GetUtcNow() - before > Interval + Nap) return;
        }
    }
}
