namespace Relay.Agent.Up;

/// <summary>Parts that run until they are stopped, and of which none is any good without the others.</summary>
internal static class Together
{
    /// <summary>Runs them until they are stopped. One that fails ends all, and its failure comes through.</summary>
    internal static async Task RunAsync(CancellationToken stop, params Func<CancellationToken, Task>[] parts)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAll(parts.Select(PartAsync));

        async Task PartAsync(Func<CancellationToken, Task> part)
        {
            try
            {
                await part(over.Token);
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                // Stopped, by whomever.
            }
            finally
            {
                await over.CancelAsync();
            }
        }
    }
}
