using Microsoft.Extensions.Time.Testing;
using Relay.Protocol.Keys;
using Relay.Server.Admission;

namespace Relay.Server.Tests.Admission;

public sealed class AnswerMemoryTests
{
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(0)]
    [InlineData(400)]
    [InlineData(-400)]
    public void Answer_IsForgottenInTime_WhateverTheSystemsDateDoes(int days)
    {
        var passing = new FakeTimeProvider();
        var clock = new SteppedClock(passing);
        var memory = new AnswerMemory(10, clock);
        using var key = NodePrivateKey.Generate();
        var question = new AdmissionQuestion(key.Public, null);
        memory.Put(question, AdmissionAnswer.Refuse(AdmissionResult.Denied), TenSeconds);

        clock.Step = TimeSpan.FromDays(days);

        passing.Advance(TenSeconds - TimeSpan.FromMilliseconds(1));
        Assert.True(memory.TryFind(question, out _));
        passing.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(memory.TryFind(question, out _));
        Assert.True(memory.TryRecall(question, out var said));
        Assert.Equal(AdmissionResult.Denied, said.Value.Result);
    }

    /// <summary>Time passes as ever, but the date is set to another one.</summary>
    private sealed class SteppedClock(TimeProvider passing) : TimeProvider
    {
        public TimeSpan Step { get; set; }

        public override long TimestampFrequency => passing.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => passing.GetUtcNow() + Step;

        public override long GetTimestamp() => passing.GetTimestamp();
    }
}
