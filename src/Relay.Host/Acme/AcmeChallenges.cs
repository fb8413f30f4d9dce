using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Security;
using Relay.Acme.Challenges;
using Relay.Host.Certificates;
using Relay.Server.Acme;

namespace Relay.Host.Acme;

/// <summary>Between the ACME client, which knows the answers, and the listeners, which are asked. Thread safe.</summary>
/// <param name="hasHttp">There is a plain HTTP listener to be asked.</param>
/// <param name="time">The clock of the certificates that are answers.</param>
internal sealed class AcmeChallenges(bool hasHttp, TimeProvider time) : IChallengeSolver, IAcmeChallenges
{
    private readonly ConcurrentDictionary<string, SslStreamCertificateContext> _tls = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, string> _http = new(StringComparer.Ordinal);

    public IReadOnlyList<ChallengeKind> Kinds { get; } =
        hasHttp ? [ChallengeKind.TlsAlpn01, ChallengeKind.Http01] : ImmutableArray.Create(ChallengeKind.TlsAlpn01);

    public bool AnyForTls => !_tls.IsEmpty;

    public SslStreamCertificateContext? ForTls(string serverName) => _tls.GetValueOrDefault(serverName);

    public string? ForHttp(string token) => _http.GetValueOrDefault(token);

    public IDisposable Present(ChallengeAnswer answer)
    {
        if (answer.Kind == ChallengeKind.Http01)
        {
            _http[answer.Token] = answer.KeyAuthorization;
            return new Removal(() => _http.TryRemove(answer.Token, out _));
        }

        var name = TlsAlpnCertificate.ServerName(answer.Host);
        var certificate = LeafKey.Usable(TlsAlpnCertificate.Make(answer, time.GetUtcNow()));
        _tls[name] = SslStreamCertificateContext.Create(certificate, [], offline: true);
        return new Removal(() => _tls.TryRemove(name, out _));
    }

    private sealed class Removal(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}
