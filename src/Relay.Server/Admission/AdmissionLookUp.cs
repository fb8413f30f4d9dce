namespace Relay.Server.Admission;

/// <summary>How a question to an admission service was answered; a label in metrics.</summary>
public enum AdmissionLookUp
{
    /// <summary>From memory.</summary>
    Hit,

    /// <summary>By the service.</summary>
    Miss,

    /// <summary>Together with a question for the same key that was under way.</summary>
    Shared,
}
