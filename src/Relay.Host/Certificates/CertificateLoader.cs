using System.Collections.Immutable;
using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Relay.Host.Failures;
using Relay.Protocol.Keys;

namespace Relay.Host.Certificates;

/// <summary>Turns PEM text into a certificate that is ready to serve, or says why it cannot be.</summary>
/// <param name="hostName">What clients ask for.</param>
/// <param name="relayKey">The relay's public key; a meta certificate that says otherwise is not sent.</param>
/// <param name="certificateName">What the certificate is called in messages, such as option and path.</param>
/// <param name="keyName">What the key is called in messages.</param>
internal sealed class CertificateLoader(string hostName, NodeKey relayKey, string certificateName, string keyName)
{
    private static readonly TimeSpan SoonOver = TimeSpan.FromDays(7);
    private const int SoonOverShare = 4; // of a life of less than four weeks

    /// <exception cref="StartupException">Not PEM, not a pair, not for this host, or not to be understood.</exception>
    internal LoadedCertificate Load(CertificatePem pem, DateTimeOffset now)
    {
        try
        {
            return Read(pem, now);
        }
        catch (CryptographicException e)
        {
            // A certificate may be read as a whole while what stands in it, such as its names, cannot be.
            throw StartupException.Config($"{certificateName}: cannot be understood ({e.Message}); expected a certificate that TLS can serve", e);
        }
    }

    private LoadedCertificate Read(CertificatePem pem, DateTimeOffset now)
    {
        var chain = ReadChain(pem);
        var leaf = LeafKey.Attach(chain[0], pem.KeyText, keyName);
        if (!leaf.MatchesHostname(hostName, allowWildcards: true, allowCommonName: false))
            throw StartupException.Config($"{certificateName}: is not valid for {hostName}, only for {Names(leaf)}; expected one for --hostname {hostName}");

        var warnings = ImmutableArray.CreateBuilder<string>();
        WarnOfDates(leaf, now, warnings);
        var meta = chain.Skip(1).FirstOrDefault(c => MetaCertificate.Is(c, out _));
        var sendsMeta = meta is not null && MetaCertificate.Is(meta, out var named) && named == relayKey;
        if (meta is not null && !sendsMeta)
        {
            warnings.Add($"{certificateName}: was made for another relay key, so clients start without its help, one round trip later;"
                + " removing it and its key makes a fitting one, which changes the pin in DERP maps");
        }

        var extras = new X509Certificate2Collection(chain.Skip(1).Where(c => sendsMeta || !MetaCertificate.Is(c, out _)).ToArray());
        return new LoadedCertificate
        {
            Leaf = leaf,
            Context = SslStreamCertificateContext.Create(leaf, extras, offline: true),
            SendsMeta = sendsMeta,
            Warnings = warnings.ToImmutable(),
        };
    }

    private X509Certificate2Collection ReadChain(CertificatePem pem)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(pem.CertificateText);
        }
        catch (CryptographicException e)
        {
            throw StartupException.Config($"{certificateName}: not a valid certificate ({e.Message}); expected a PEM chain, leaf first", e);
        }

        return chain.Count > 0
            ? chain
            : throw StartupException.Config($"{certificateName}: holds no CERTIFICATE block; expected a PEM chain, leaf first");
    }

    // Too late or too early a certificate is still better than none: some clients pin it, and others then say why they refuse.
    private void WarnOfDates(X509Certificate2 leaf, DateTimeOffset now, ImmutableArray<string>.Builder warnings)
    {
        var (from, until) = (new DateTimeOffset(leaf.NotBefore.ToUniversalTime()), new DateTimeOffset(leaf.NotAfter.ToUniversalTime()));
        if (now > until) warnings.Add($"{certificateName}: EXPIRED on {Day(until)}; clients will refuse it, renew it now");
        else if (now > until - Soon(until - from)) warnings.Add($"{certificateName}: expires on {Day(until)}; renew it");
        if (now < from) warnings.Add($"{certificateName}: is valid only from {Day(from)} on; clients will refuse it until then");
    }

    private static string Names(X509Certificate2 leaf)
    {
        var names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString())))
            .Take(4);
        return string.Join(", ", names) is { Length: > 0 } list ? list : "no name at all";
    }

    private static TimeSpan Soon(TimeSpan life) => life / SoonOverShare < SoonOver ? life / SoonOverShare : SoonOver;

    private static string Day(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);
}
