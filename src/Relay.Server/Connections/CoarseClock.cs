namespace Relay.Server.Connections;

/// <summary>
/// Milliseconds since the relay started, moved on by the heartbeat: precise enough for deadlines of seconds, and free to
/// read where a packet passes. Never 0, so that 0 can mean "not under way".
/// </summary>
internal sealed class CoarseClock(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private long _milliseconds = 1;

    /// <summary>The time of the last beat.</summary>
    public long Milliseconds => Volatile.Read(ref _milliseconds);

    /// <summary>Takes the time from the provider.</summary>
    public void Update() => Volatile.Write(ref _milliseconds, 1 + (long)time.GetElapsedTime(_started).TotalMilliseconds);
}
