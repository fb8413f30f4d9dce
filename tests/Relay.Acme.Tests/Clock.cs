using Microsoft.Extensions.Time.Testing;
using Relay.Testing;

namespace Relay.Acme.Tests;

internal static class Clock
{
    /// <summary>Moves the clock on, a second at a time, until the task is over. Its failure is the caller's to look at.</summary>
    public static Task RunAsync(FakeTimeProvider time, Task task, string what) => Eventually.True(
        () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return task.IsCompleted;
        },
        what);
}
