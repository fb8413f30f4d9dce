namespace Relay.Client.Dialing;

/// <summary>Measures the phases of connecting, and knows which one is under way when time runs out.</summary>
internal sealed class PhaseClock(TimeProvider time)
{
    private long _since = time.GetTimestamp();

    public string Phase { get; private set; } = "starting";

    public ConnectTimings Timings { get; set; } = new();

    /// <summary>A new phase begins now.</summary>
    public void Begin(string phase)
    {
        Phase = phase;
        _since = time.GetTimestamp();
    }

    /// <summary>Time since the phase began.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_since);
}
