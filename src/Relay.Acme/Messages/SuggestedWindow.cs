namespace Relay.Acme.Messages;

/// <summary>From when until when to renew.</summary>
internal sealed record SuggestedWindow
{
    public DateTimeOffset Start { get; init; }

    public DateTimeOffset End { get; init; }
}
