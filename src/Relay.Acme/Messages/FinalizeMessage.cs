namespace Relay.Acme.Messages;

/// <summary>Asks for the certificate of an order that is ready.</summary>
/// <param name="Csr">The certificate request, DER in base64url.</param>
internal sealed record FinalizeMessage(string Csr);
