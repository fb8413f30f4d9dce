namespace Relay.Acme;

/// <summary>A certificate and its key, which nobody else has.</summary>
/// <param name="ChainPem">Leaf first.</param>
/// <param name="KeyPem">PKCS#8.</param>
public sealed record IssuedCertificate(string ChainPem, string KeyPem);
