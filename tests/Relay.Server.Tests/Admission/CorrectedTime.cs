namespace Relay.Server.Tests.Admission;

/// <summary>The time of a machine whose date is put right while it runs: what passes is the same.</summary>
internal sealed class CorrectedTime(TimeProvider time) : TimeProvider
{
    public TimeSpan Correction { get; set; }

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Correction;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
