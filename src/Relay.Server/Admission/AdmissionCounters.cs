using Relay.Server.Diagnostics;

namespace Relay.Server.Admission;

/// <summary>What admission decided and how long that took. Thread safe.</summary>
public sealed class AdmissionCounters
{
    private readonly Lock _lock = new();
    private readonly long[] _decided = new long[Enum.GetValues<AdmissionResult>().Length];

    /// <summary>Time from the question to the decision.</summary>
    public DurationHistogram Durations { get; } = new();

    /// <summary>Decisions of this kind.</summary>
    public long Decided(AdmissionResult result) => Volatile.Read(ref _decided[(int)result]);

    internal void Decide(AdmissionResult result, TimeSpan duration)
    {
        lock (_lock)
        {
            _decided[(int)result]++;
            Durations.Add(duration);
        }
    }
}
