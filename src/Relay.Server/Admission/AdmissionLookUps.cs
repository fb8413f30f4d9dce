namespace Relay.Server.Admission;

/// <summary>How questions to an admission service were answered. Thread safe.</summary>
public sealed class AdmissionLookUps
{
    private readonly long[] _counts = new long[Enum.GetValues<AdmissionLookUp>().Length];

    /// <summary>Questions that were answered in this way.</summary>
    public long Count(AdmissionLookUp kind) => Interlocked.Read(ref _counts[(int)kind]);

    internal void Add(AdmissionLookUp kind) => Interlocked.Increment(ref _counts[(int)kind]);
}
