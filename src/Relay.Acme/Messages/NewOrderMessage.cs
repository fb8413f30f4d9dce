namespace Relay.Acme.Messages;

/// <summary>Asks for a certificate (RFC 8555 7.4).</summary>
/// <param name="Identifiers">What for.</param>
internal sealed record NewOrderMessage(Identifier[] Identifiers)
{
    /// <summary>The kind of certificate; null leaves it to the authority.</summary>
    public string? Profile { get; init; }

    /// <summary>The certificate that this one is to replace (RFC 9773 5).</summary>
    public string? Replaces { get; init; }
}
