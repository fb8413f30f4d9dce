namespace Relay.Client;

/// <summary>What is wrong with a relay's certificate. One that has several faults is named by the first in this order.</summary>
public enum CertificateFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is not the pinned one.</summary>
    NotPinned,

    /// <summary>It is the pinned one, but came with others beside it, where a pin allows exactly one.</summary>
    NotAlone,

    /// <summary>It is for other names, which counts for a pinned one too.</summary>
    WrongName,

    /// <summary>It has expired, or is not valid yet, by this machine's clock.</summary>
    WrongTime,

    /// <summary>No authority that is trusted here vouches for it.</summary>
    NotTrusted,
}
