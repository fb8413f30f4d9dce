using System.Net;
using System.Net.Sockets;

namespace Relay.Client.Dialing;

/// <summary>
/// Tries addresses one after the other, each with a head start of 200 ms or until the one before has failed, and keeps the first
/// connection (in the manner of RFC 8305).
/// </summary>
internal static class AddressRace
{
    internal static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(200);

    // A name with more addresses than this is somebody's mistake, or somebody's way to make us scan.
    private const int Most = 8;

    /// <summary>Families in turn, the preferred one first; within a family the resolver's order.</summary>
    public static IReadOnlyList<IPAddress> Order(IEnumerable<IPAddress> addresses, bool preferIPv6)
    {
        var families = addresses.ToLookup(a => a.AddressFamily == AddressFamily.InterNetworkV6);
        var (first, second) = (families[preferIPv6].ToArray(), families[!preferIPv6].ToArray());
        return Enumerable.Range(0, Math.Max(first.Length, second.Length))
            .SelectMany(i => first.Skip(i).Take(1).Concat(second.Skip(i).Take(1)))
            .Distinct().Take(Most).ToArray();
    }

    /// <summary>The first connection that stands. Throws the first address's failure when all fail.</summary>
    public static async Task<T> RunAsync<T>(
        IReadOnlyList<IPAddress> addresses, Func<IPAddress, CancellationToken, Task<T>> connect, TimeProvider time, CancellationToken cancellation)
        where T : IDisposable
    {
        using var losers = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var running = new List<Task<T>>();
        Task<T>? firstFailure = null;
        try
        {
            for (var next = 0; ;)
            {
                if (next < addresses.Count) running.Add(connect(addresses[next++], losers.Token));
                if (running.Count == 0) return await firstFailure!.ConfigureAwait(false);

                using var pause = CancellationTokenSource.CreateLinkedTokenSource(losers.Token);
                var headStart = Task.Delay(next < addresses.Count ? HeadStart : Timeout.InfiniteTimeSpan, time, pause.Token);
                await Task.WhenAny(running.Append(headStart)).ConfigureAwait(false);
                await pause.CancelAsync().ConfigureAwait(false);
                cancellation.ThrowIfCancellationRequested();

                if (running.Find(t => t.IsCompletedSuccessfully) is { } winner)
                {
                    running.Remove(winner);
                    return await winner.ConfigureAwait(false);
                }

                firstFailure ??= running.Find(HasFailed);
                running.RemoveAll(HasFailed);
            }
        }
        finally
        {
            await losers.CancelAsync().ConfigureAwait(false);
            foreach (var task in running) _ = task.ContinueWith(Forget, TaskScheduler.Default);
        }
    }

    // Not "is over": it may have succeeded just now. All but the first failure are nobody's concern, that one too if another succeeds.
    private static bool HasFailed(Task task)
    {
        if (!task.IsCompleted || task.IsCompletedSuccessfully) return false;
        _ = task.Exception;
        return true;
    }

    // A connection that came too late is closed; the failure of one that lost is nobody's concern.
    private static void Forget<T>(Task<T> loser)
        where T : IDisposable
    {
        if (loser.IsCompletedSuccessfully) loser.Result.Dispose();
        else _ = loser.Exception;
    }
}
