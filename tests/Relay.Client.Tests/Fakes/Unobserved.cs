using System.Runtime.CompilerServices;

namespace Relay.Client.Tests.Fakes;

/// <summary>Exceptions of tasks that nobody looked at, as programs that report such get to see them.</summary>
internal static class Unobserved
{
    /// <summary>Fails when what this does leaves an exception with such a message behind.</summary>
    public static async Task NoneOfAsync(string message, Func<Task> doing)
    {
        var seen = 0;
        TaskScheduler.UnobservedTaskException += Look;
        try
        {
            await RunAsync(doing);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.Equal(0, seen);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Look;
        }

        void Look(object? sender, UnobservedTaskExceptionEventArgs e)
        {
            if (e.Exception.InnerExceptions.Any(inner => inner.Message == message)) Interlocked.Increment(ref seen);
        }
    }

    // Apart, so that nothing of it is held here.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task RunAsync(Func<Task> doing)
    {
        await doing();
        await Task.Yield();
    }
}
