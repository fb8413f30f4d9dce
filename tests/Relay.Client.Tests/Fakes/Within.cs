namespace Relay.Client.Tests.Fakes;

/// <summary>Waits with a deadline, and says what it waited for.</summary>
internal static class Within
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<T> TimeAsync<T>(Task<T> task, string what)
    {
        try
        {
            return await task.WaitAsync(Deadline, Token);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"waited {Deadline.TotalSeconds} s for {what}");
        }
    }

    public static Task<T> TimeAsync<T>(ValueTask<T> task, string what) => TimeAsync(task.AsTask(), what);

    public static Task TimeAsync(Task task, string what) => TimeAsync(Then(task), what);

    /// <summary>The message, copied: it outlives the next receive.</summary>
    public static async Task<Received> ReceiveAsync(RelayConnection connection)
    {
        var message = await TimeAsync(connection.ReceiveAsync(Token), "a message");
        return new Received(message.Kind, message.Key, message.Payload.ToArray());
    }

    /// <summary>The kind of failure that this ends with.</summary>
    public static async Task<RelayException> FailsAsync(Task task, string what)
    {
        var failure = await Assert.ThrowsAsync<RelayException>(() => TimeAsync(task, what));
        Assert.DoesNotContain('\n', failure.Message);
        return failure;
    }

    private static async Task<bool> Then(Task task)
    {
        await task;
        return true;
    }
}
