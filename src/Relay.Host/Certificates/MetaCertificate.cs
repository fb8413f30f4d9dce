using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Relay.Protocol.Keys;

namespace Relay.Host.Certificates;

/// <summary>
/// The certificate that carries the relay's public key, so that a client on TLS 1.3 may skip a round trip
/// (spec/derp.md 4.3): common name <c>derpkey</c> + 64 hex digits, serial number 2, the protocol's version.
/// </summary>
internal static class MetaCertificate
{
    private const string NamePrefix = "derpkey";
    private const byte ProtocolVersion = 2;

    /// <summary>
    /// Makes one that may sign others with <paramref name="key"/>. It is issued by a root whose key is thrown away at
    /// once and which is never sent: were it self-signed, TLS stacks would take it for the root and leave it out. It has
    /// no key identifiers, by which the reference prober tells that its expiry does not matter.
    /// </summary>
    internal static X509Certificate2 Make(NodeKey relayKey, ECDsa key, DateTimeOffset from, DateTimeOffset until)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(NamePrefix + relayKey.ToHex());
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority());
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return request.Create(
            new X500DistinguishedName("CN=relayd"), X509SignatureGenerator.CreateForECDsa(rootKey), from, until, [ProtocolVersion]);
    }

    /// <summary>Whether clients of the protocol take <paramref name="certificate"/> for a meta certificate; if so, of which relay.</summary>
    internal static bool Is(X509Certificate2 certificate, out NodeKey relayKey)
    {
        relayKey = default;
        var name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        return name.StartsWith(NamePrefix, StringComparison.Ordinal) && NodeKey.TryParseHex(name.AsSpan(NamePrefix.Length), out relayKey);
    }
}
