using Relay.Host.Metrics;

namespace Relay.Host.Serving;

/// <summary>
/// How many connections may be let in: as many as asked for, but no more than leave descriptors for everything else. The runtime
/// ends the process when a new thread finds none ("Out of memory."), so whoever could use them all up could end the relay.
/// </summary>
internal static class ConnectionRoom
{
    // Threads, libraries that are not loaded yet, listeners, files that are looked at, and connections to other relays, to a
    // Redis and to an admission service.
    private const int Reserve = 256;

    internal static int Of(int asked) => OpenFiles.Limit() is { } limit ? Of(asked, limit, OpenFiles.Count()) : asked;

    /// <summary>Says so where there is less room than asked for. Once relayd listens: what ends before has its own line to say, and only that.</summary>
    internal static void Tell(int asked, int room, ILogger logger)
    {
        if (room < asked && OpenFiles.Limit() is { } limit) Log.FewDescriptors(logger, limit, room, asked);
    }

    /// <summary>Where there is hardly any room, a quarter of what there is.</summary>
    internal static int Of(int asked, long limit, int open) =>
        (int)Math.Min(asked, Math.Max(1, Math.Max(limit - open - Reserve, (limit - open) / 4)));
}
