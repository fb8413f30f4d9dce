using System.Buffers;
using Relay.Testing;
using Xunit.Sdk;

namespace Relay.Protocol.Tests.Helpers;

public sealed class HelperTests
{
    [Fact]
    public void Splits_OfAnyInput_KeepItsBytes()
    {
        byte[] input = [1, 2, 3, 4, 5];
        var splits = Splits.Of(input).ToList();
        Assert.Equal([1, 2, 2, 2, 2, 5], splits.Select(split => split.Count));
        Assert.All(splits, split => Assert.Equal(input, Splits.ToSequence(split).ToArray()));
        Assert.Empty(Assert.Single(Splits.Of(Array.Empty<byte>())));
        Assert.Equal(2, Splits.Of(input.AsMemory(0, 2)).Count());
    }

    [Fact]
    public async Task Eventually_WithoutWhatItWaitsFor_FailsAndSaysSo()
    {
        var never = new TaskCompletionSource<int>();
        var brief = TimeSpan.FromMilliseconds(20);
        foreach (var wait in new[]
        {
            () => Eventually.Done((Task)never.Task, "the moon", brief),
            () => Eventually.Done(never.Task, "the moon", brief),
            () => Eventually.True(() => false, "the moon", brief),
        })
        {
            var failure = await Assert.ThrowsAnyAsync<XunitException>(wait);
            Assert.Equal("waited 0.02 s for the moon", failure.Message);
        }
    }

    [Fact]
    public async Task Eventually_OfATaskThatFails_ThrowsItsException()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => Eventually.Done(Task.FromException(new TimeoutException("own")), "a task"));
        await Assert.ThrowsAsync<FormatException>(() => Eventually.Done(Task.FromException<int>(new FormatException()), "a task"));
        Assert.Equal(7, await Eventually.Done(Task.FromResult(7), "a task"));
    }

    [Fact]
    public async Task Eventually_OfAConditionThatComesTrue_Returns()
    {
        var asked = 0;
        await Eventually.True(() => ++asked == 3, "the third question");
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task PauseClock_GoesFromPauseToPause_AndNoFurther()
    {
        var time = new PauseClock();
        var began = time.GetUtcNow();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(4), time);
        var work = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var working = PauseThriceAsync();

        await time.UntilAsync(() => time.GetUtcNow() - began >= TimeSpan.FromMinutes(2), "two pauses");
        var asked = 0;
        await time.UntilAsync(() => ++asked > 10, "ten questions without a pause");
        work.SetResult();
        await time.UntilAsync(() => working.IsCompleted, "the third pause");

        Assert.Equal(TimeSpan.FromMinutes(3), time.GetUtcNow() - began);
        Assert.False(deadline.IsCancellationRequested);

        async Task PauseThriceAsync()
        {
            for (var i = 0; i < 2; i++) await Task.Delay(TimeSpan.FromMinutes(1), time, deadline.Token);
            await work.Task;
            await Task.Delay(TimeSpan.FromMinutes(1), time, deadline.Token);
        }
    }

    [Fact]
    public void FreePort_IsAnotherEachTime_AndNoneThatTheSystemGivesOut()
    {
        var ports = Enumerable.Range(0, 50).Select(_ => FreePort.Tcp()).ToList();
        Assert.Equal(ports.Count, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 1024, 32_767));
    }

    [Fact]
    public void Requires_WhatIsMissing_SkipsOrFails()
    {
        Exception? failure = null;
        try
        {
            Requires.Tool("no-such-tool-anywhere");
        }
        catch (Exception e)
        {
            // Not Assert.Throws: it lets a skip through, and this test would be skipped by what it tests.
            failure = e;
        }

        Assert.IsType(Missing.MustHaveAll ? typeof(FailException) : typeof(SkipException), failure);
        Assert.Contains("no-such-tool-anywhere", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Allocations_OfCodeThatAllocates_AreFound()
    {
        object? kept = null;
        Assert.ThrowsAny<XunitException>(() => Allocations.AssertNone(() => kept = new object(), "making an object", TimeSpan.Zero));
        Assert.NotNull(kept);
    }
}
