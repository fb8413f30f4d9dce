using Microsoft.Extensions.Logging.Abstractions;
using Relay.Server.Transport;

namespace Relay.Server.Tests.Connections;

/// <summary>
/// A thread that serves one connection turn by turn, as an event loop does, and does nothing else: what is allocated on it is
/// allocated for that connection, which nobody can say of a thread of the pool.
/// </summary>
internal static class LoopThread
{
    /// <summary>Completes when <paramref name="serve"/> has; it may wait for its next turn, and for nothing else.</summary>
    public static Task RunAsync(Func<Task> serve)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Run(serve);
                over.SetResult();
            }
            catch (Exception e)
            {
                over.SetException(e);
            }
        });
        thread.Start();
        return over.Task;
    }

    private static void Run(Func<Task> serve)
    {
        var turn = Turn.OfThisThread();
        turn.Begin(NullLogger.Instance);
        var serving = serve();
        turn.End(NullLogger.Instance);
        while (turn.HasWork)
        {
            turn.Begin(NullLogger.Instance);
            turn.End(NullLogger.Instance);
        }

        Assert.True(serving.IsCompleted, "the connection waits for something else than its turn");
        serving.GetAwaiter().GetResult();
    }
}
