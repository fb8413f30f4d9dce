namespace Relay.Acme.Messages;

/// <summary>Whether an identifier has been shown to be ours, and how it can be (RFC 8555 7.1.4).</summary>
internal sealed record AuthorizationMessage
{
    /// <summary><c>pending</c> or <c>valid</c>; anything else will not become valid.</summary>
    public string? Status { get; init; }

    public ChallengeMessage?[]? Challenges { get; init; }
}
