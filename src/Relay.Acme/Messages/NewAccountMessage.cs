using Relay.Acme.Signing;

namespace Relay.Acme.Messages;

/// <summary>Asks for an account (RFC 8555 7.3).</summary>
internal sealed record NewAccountMessage
{
    /// <summary>Find the account of this key, do not make one.</summary>
    public bool? OnlyReturnExisting { get; init; }

    public bool? TermsOfServiceAgreed { get; init; }

    public string[]? Contact { get; init; }

    public Jws? ExternalAccountBinding { get; init; }
}
