using Relay.Testing;

namespace Relay.Server.Tests.Http;

/// <summary>Waits that end, and say what they waited for.</summary>
internal static class Wait
{
    public static readonly TimeSpan Limit = Eventually.Deadline;

    public static async Task<T> For<T>(Task<T> task, string what)
    {
        try
        {
            return await task.WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"waited {Limit.TotalSeconds} s for {what}");
        }
    }

    public static async Task For(Task task, string what) => await For(Wrap(task), what);

    /// <summary>For a condition that nothing signals: asks again until it holds.</summary>
    public static async Task Until(Func<bool> condition, string what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        using var deadline = new CancellationTokenSource(Limit);
        while (!condition())
        {
            if (deadline.IsCancellationRequested) throw new TimeoutException($"waited {Limit.TotalSeconds} s until {what}");
            await timer.WaitForNextTickAsync();
        }
    }

    private static async Task<bool> Wrap(Task task)
    {
        await task;
        return true;
    }
}
