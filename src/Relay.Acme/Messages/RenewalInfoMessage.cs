namespace Relay.Acme.Messages;

/// <summary>When the authority would like a certificate to be renewed (RFC 9773 4.2).</summary>
internal sealed record RenewalInfoMessage
{
    public SuggestedWindow? SuggestedWindow { get; init; }
}
