using Xunit;

namespace Relay.Testing;

/// <summary>
/// Waiting with a deadline. Every wait names what it waits for, and says so when that does not come: the test fails
/// instead of hanging. The default deadline is far longer than anything here takes, so that a slow machine passes.
/// </summary>
public static class Eventually
{
    /// <summary>How long a wait lasts unless it is told otherwise.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(2);

    /// <summary>Awaits <paramref name="task"/>; its own exception comes through.</summary>
    /// <param name="task">What is going on.</param>
    /// <param name="what">What is waited for, as in "waited 15 s for ...".</param>
    /// <param name="within">The deadline; null for <see cref="Deadline"/>.</param>
    public static async Task Done(Task task, string what, TimeSpan? within = null)
    {
        if (await InTime(task, within)) await task;
        else Fail(what, within);
    }

    /// <summary>Awaits <paramref name="task"/> and returns its result; its own exception comes through.</summary>
    public static async Task<T> Done<T>(Task<T> task, string what, TimeSpan? within = null)
    {
        if (!await InTime(task, within)) Fail(what, within);
        return await task;
    }

    /// <inheritdoc cref="Done(Task, string, TimeSpan?)"/>
    public static Task Done(ValueTask task, string what, TimeSpan? within = null) => Done(task.AsTask(), what, within);

    /// <inheritdoc cref="Done{T}(Task{T}, string, TimeSpan?)"/>
    public static Task<T> Done<T>(ValueTask<T> task, string what, TimeSpan? within = null) => Done(task.AsTask(), what, within);

    /// <summary>
    /// Asks until <paramref name="condition"/> holds. Only for what gives no signal, such as a counter: prefer a task.
    /// </summary>
    public static async Task True(Func<bool> condition, string what, TimeSpan? within = null)
    {
        using var timer = new PeriodicTimer(Pace, TimeProvider.System);
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > (within ?? Deadline)) Fail(what, within);
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private static async Task<bool> InTime(Task task, TimeSpan? within)
    {
        try
        {
            await task.WaitAsync(within ?? Deadline, TimeProvider.System, TestContext.Current.CancellationToken);
            return true;
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            return false;
        }
        catch when (task.IsCompleted)
        {
            // The task's own failure: the caller awaits it again, so that it is thrown in one place.
            return true;
        }
    }

    private static void Fail(string what, TimeSpan? within) => Assert.Fail($"waited {(within ?? Deadline).TotalSeconds:0.###} s for {what}");
}
