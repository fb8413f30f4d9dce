namespace Relay.Acme.Challenges;

/// <summary>What the authority has to find.</summary>
/// <param name="Kind">Where it looks.</param>
/// <param name="Host">The name or address that it looks at.</param>
/// <param name="Token">What it asks for with <see cref="ChallengeKind.Http01"/>: 1 to 128 characters of the URL alphabet.</param>
/// <param name="KeyAuthorization">The body it then expects; for <see cref="ChallengeKind.TlsAlpn01"/> see <see cref="TlsAlpnCertificate"/>.</param>
public sealed record ChallengeAnswer(ChallengeKind Kind, string Host, string Token, string KeyAuthorization);
