namespace Relay.Stun.Messages;

/// <summary>Which socket an answer leaves from, seen from the one that was asked. The values are the flags of CHANGE-REQUEST.</summary>
[Flags]
public enum StunOrigin
{
    /// <summary>The one that was asked.</summary>
    Same = 0,

    /// <summary>One with another port.</summary>
    OtherPort = 2,

    /// <summary>One with another address.</summary>
    OtherAddress = 4,
}
