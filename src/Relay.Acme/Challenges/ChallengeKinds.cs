namespace Relay.Acme.Challenges;

internal static class ChallengeKinds
{
    /// <summary>Its name in the protocol.</summary>
    public static string Name(this ChallengeKind kind) => kind switch
    {
        ChallengeKind.TlsAlpn01 => "tls-alpn-01",
        ChallengeKind.Http01 => "http-01",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
