namespace Relay.Agent.Tests;

/// <summary>A machine whose clock is off: timers run as ever.</summary>
internal sealed class ShiftedTime(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
}
