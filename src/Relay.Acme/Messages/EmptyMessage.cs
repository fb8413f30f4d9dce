namespace Relay.Acme.Messages;

/// <summary><c>{}</c>: the answer to a challenge is ready to be looked at.</summary>
internal sealed record EmptyMessage;
