namespace Relay.Host.Serving;

internal static class CancellationTokenExtensions
{
    /// <summary>Completes, without an exception, once the token is cancelled.</summary>
    internal static async Task WhenCanceledAsync(this CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = token.UnsafeRegister(static source => ((TaskCompletionSource)source!).TrySetResult(), cancelled);
        await cancelled.Task;
    }
}
