namespace Relay.Server.Admission;

/// <summary>What admission says of a client.</summary>
/// <param name="Result">Yes or no, and why.</param>
/// <param name="Grant">What the client may do; null when it may not connect.</param>
public readonly record struct AdmissionAnswer(AdmissionResult Result, Grant? Grant)
{
    /// <summary>No.</summary>
    public static AdmissionAnswer Refuse(AdmissionResult why) => new(why, null);

    /// <summary>Yes.</summary>
    public static AdmissionAnswer Admit(Grant grant) => new(AdmissionResult.Admitted, grant);
}
