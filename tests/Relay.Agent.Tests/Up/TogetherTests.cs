using Relay.Agent.Up;
using Relay.Testing;

namespace Relay.Agent.Tests.Up;

public sealed class TogetherTests
{
    [Fact]
    public async Task Part_ThatFails_EndsTheOthers_AndIsHeardOf()
    {
        var failing = new TaskCompletionSource();
        var running = Together.RunAsync(CancellationToken.None, stop => Task.Delay(Timeout.InfiniteTimeSpan, stop), _ => failing.Task);
        Assert.False(running.IsCompleted);
        failing.SetException(new IOException("broken"));
        var failure = await Assert.ThrowsAsync<IOException>(() => Eventually.Done(running, "the end of all"));
        Assert.Equal("broken", failure.Message);
    }

    [Fact]
    public async Task Parts_ThatAreStopped_EndWithoutAWord()
    {
        using var stop = new CancellationTokenSource();
        var running = Together.RunAsync(stop.Token, token => Task.Delay(Timeout.InfiniteTimeSpan, token), token => Task.Delay(Timeout.InfiniteTimeSpan, token));
        await stop.CancelAsync();
        await Eventually.Done(running, "the end of all");
    }
}
