namespace Relay.Client;

/// <summary>Wakes a loop that looks every now and then: at once, once, however often it is called meanwhile. Thread safe.</summary>
internal sealed class Nudge
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _next = New();

    internal void Set()
    {
        lock (_gate) _next.TrySetResult();
    }

    /// <summary>Waits until <see cref="Set"/> is called, or was since the last wait, for so long at most.</summary>
    internal async Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken stop)
    {
        Task task;
        lock (_gate) task = _next.Task;
        try
        {
            await task.WaitAsync(longest, time, stop).ConfigureAwait(false);
            lock (_gate) _next = New();
        }
        catch (TimeoutException)
        {
            // That was long enough.
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
