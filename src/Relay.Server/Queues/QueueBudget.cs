using Microsoft.Extensions.Logging;

namespace Relay.Server.Queues;

/// <summary>
/// Bounds what waits for all clients together. One that reads slowly may hold some MiB of large packets, but thousands of them
/// must not hold all of the memory: as long as they have more than the budget, each lane has little. A packet pays nothing for
/// it: the heartbeat adds up and sets the limit.
/// </summary>
internal sealed class QueueBudget(long bytes, QueueLimit limit, ILogger logger)
{
    /// <summary>What a lane has then: 32 packets of any size that WireGuard sends.</summary>
    public const int TightLane = 64 * 1024;

    private bool _tight;

    /// <summary>A budget for this machine, or what a container leaves of it: a quarter of its memory.</summary>
    public static long OfThisMachine => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;

    /// <summary>Called by the heartbeat with what all outboxes <see cref="Outbox.Held">hold</see>.</summary>
    public void Review(long held)
    {
        if (held > bytes == _tight || (_tight && held > bytes / 2)) return;
        _tight = !_tight;
        limit.Bytes = _tight ? TightLane : int.MaxValue;
        if (_tight) Log.QueuesTight(logger, held >> 20, bytes >> 20);
        else Log.QueuesAtEase(logger);
    }
}
