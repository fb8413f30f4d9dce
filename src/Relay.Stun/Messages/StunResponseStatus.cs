namespace Relay.Stun.Messages;

/// <summary>What a datagram that may be the answer to a Binding request turned out to be.</summary>
public enum StunResponseStatus
{
    /// <summary>A success response that names an address.</summary>
    Success,

    /// <summary>Not STUN at all: shorter than 20 bytes, top bits set, or no magic cookie.</summary>
    NotStun,

    /// <summary>A Binding request, for instance our own come back: to be ignored quietly.</summary>
    BindingRequest,

    /// <summary>An error response: <see cref="StunResponse.TransactionId"/> and <see cref="StunResponse.ErrorCode"/> are set.</summary>
    Error,

    /// <summary>STUN, but no response to a Binding request.</summary>
    OtherMessage,

    /// <summary>A response cut short, or with attributes or an address that do not fit.</summary>
    Malformed,

    /// <summary>A success response without any address.</summary>
    NoAddress,
}
