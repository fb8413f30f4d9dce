namespace Relay.Acme.Messages;

/// <summary>One way to show that an identifier is ours (RFC 8555 8).</summary>
internal sealed record ChallengeMessage
{
    public string? Type { get; init; }

    public Uri? Url { get; init; }

    public string? Token { get; init; }

    /// <summary>Why it failed.</summary>
    public Problem? Error { get; init; }
}
