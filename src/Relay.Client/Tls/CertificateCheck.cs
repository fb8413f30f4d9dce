using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Relay.Client.Dialing;

namespace Relay.Client.Tls;

/// <summary>
/// Judges what a relay presented (spec/derp.md 4.4), and notes what of it is worth knowing. One for each handshake; the
/// certificates themselves are gone after it.
/// </summary>
internal sealed class CertificateCheck(RelayTarget target, RelayClientOptions options)
{
    private readonly CertificateRule _rule = target.Certificate;

    /// <summary>Why not; null where it was accepted.</summary>
    public RelayException? Refusal { get; private set; }

    /// <summary>What was seen, without what only the finished handshake knows.</summary>
    public RelayTlsInfo Info { get; private set; } = new();

    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 leaf || chain is null)
        {
            Refusal = new RelayException(RelayError.CertificateRejected, $"{target.Name} presented no certificate");
            return false;
        }

        var presented = Presented(leaf, chain);
        Info = new RelayTlsInfo
        {
            Subject = RelayText.Printable(leaf.Subject, 200),
            Issuer = RelayText.Printable(leaf.Issuer, 200),
            Sha256 = Fingerprint(leaf),
            NotBefore = leaf.NotBefore,
            NotAfter = leaf.NotAfter,
            Pinned = _rule.Pin is not null,
            MetaKey = MetaCertificate.FindKey(presented),
        };
        if (!_rule.Insecure) Refusal = _rule.Pin is not null ? CheckPin(presented) : CheckChain(leaf, chain, presented, errors);
        return Refusal is null;
    }

    private RelayException? CheckPin(List<X509Certificate2> presented)
    {
        var others = presented.Where(c => !MetaCertificate.IsNamedAsOne(c)).ToList();
        var pinned = others.FirstOrDefault(c => Fingerprint(c) == _rule.Pin);
        if (pinned is null)
        {
            var found = Fingerprint(others.Count > 0 ? others[0] : presented[0]);
            return Mismatch(CertificateFault.NotPinned, $"presented the certificate sha256-raw:{found}; the pin is sha256-raw:{_rule.Pin}");
        }

        if (others.Count != 1)
        {
            return Mismatch(CertificateFault.NotAlone,
                $"presented {others.Count} certificates beside its derpkey one; a pin allows exactly one");
        }

        // An address is not sent as a name, and so not checked against the certificate.
        var named = !IPAddress.TryParse(target.Host, out _);
        if (named && !pinned.MatchesHostname(target.Host))
            return Rejected(CertificateFault.WrongName, $"is the pinned one, but not valid for {target.Host} ({Info.Subject})");
        return IsOutOfTime(pinned) ? Rejected(CertificateFault.WrongTime, Validity(pinned)) : null;
    }

    private RelayException? CheckChain(X509Certificate2 leaf, X509Chain chain, List<X509Certificate2> presented, SslPolicyErrors errors)
    {
        var name = _rule.Name ?? target.Host;
        if (!leaf.MatchesHostname(name))
            return Rejected(CertificateFault.WrongName, $"is for other names ({Info.Subject}); one valid for {name} was expected");
        if ((errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None || LeadsToOwnRoot(leaf, presented)) return null;
        if (IsOutOfTime(leaf)) return Rejected(CertificateFault.WrongTime, Validity(leaf));
        var status = string.Join(", ", chain.ChainStatus.Select(s => s.Status).Distinct());
        return Rejected(CertificateFault.NotTrusted,
            $"({Info.Subject}) is not trusted here ({(status.Length > 0 ? status : errors)}); "
            + $"if it is meant to be this one, pin it: sha256-raw:{Info.Sha256}");
    }

    private bool IsOutOfTime(X509Certificate2 certificate)
    {
        var now = options.TimeProvider.GetUtcNow();
        return now < certificate.NotBefore || now > certificate.NotAfter;
    }

    private bool LeadsToOwnRoot(X509Certificate2 leaf, List<X509Certificate2> presented)
    {
        if (options.TrustedRoots.Count == 0) return false;
        using var chain = new X509Chain { ChainPolicy = TlsClient.Policy() };
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        foreach (var root in options.TrustedRoots) chain.ChainPolicy.CustomTrustStore.Add(root);
        foreach (var certificate in presented) chain.ChainPolicy.ExtraStore.Add(certificate);
        return chain.Build(leaf);
    }

    // All that the peer sent, in its order. Whether the framework counts the leaf among them differs by platform.
    private static List<X509Certificate2> Presented(X509Certificate2 leaf, X509Chain chain)
    {
        var presented = new List<X509Certificate2> { leaf };
        presented.AddRange(chain.ChainPolicy.ExtraStore.Where(c => !c.RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span)));
        return presented;
    }

    private static string Fingerprint(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.RawDataMemory.Span));

    private string Validity(X509Certificate2 certificate) =>
        $"is valid from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} to {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC; "
        + $"it is {options.TimeProvider.GetUtcNow():yyyy-MM-dd HH:mm} here";

    private RelayException Rejected(CertificateFault fault, string what) =>
        Refuse(fault, RelayError.CertificateRejected, $"the certificate of {target.Name} {what}");

    private RelayException Mismatch(CertificateFault fault, string what) => Refuse(fault, RelayError.PinMismatch, $"{target.Name} {what}");

    private RelayException Refuse(CertificateFault fault, RelayError error, string message)
    {
        Info = Info with { Fault = fault };
        return new RelayException(error, message) { Tls = Info };
    }
}
