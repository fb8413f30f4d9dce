namespace Relay.Server.Admission;

/// <summary>What admission said, and why; a label in metrics, so a fixed set.</summary>
public enum AdmissionResult
{
    /// <summary>The client may use the relay.</summary>
    Admitted,

    /// <summary>Nobody answered, and the operator chose to let clients in then.</summary>
    AdmittedUnanswered,

    /// <summary>The key is not in the list.</summary>
    NotListed,

    /// <summary>The key is in the list, but its time is over.</summary>
    Expired,

    /// <summary>The service said no.</summary>
    Denied,

    /// <summary>The service did not answer in time, or cannot be reached.</summary>
    Unanswered,

    /// <summary>The service answered something that is no answer.</summary>
    BadAnswer,

    /// <summary>As many questions wait for the service as may.</summary>
    Overloaded,
}
