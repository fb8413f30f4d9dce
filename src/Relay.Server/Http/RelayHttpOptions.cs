using Relay.Server.Acme;

namespace Relay.Server.Http;

/// <summary>Settings of the public endpoints. The deadlines are the reference's where it has them.</summary>
public sealed record RelayHttpOptions
{
    /// <summary>Longest time until the first request head of a connection is there as a whole. Default 10 s.</summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time for the end of a conversation, such as WebSocket's closing handshake. Default 2 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Where browsers are told that the relay is, such as <c>https://relay.example.com</c>; null for the name they asked for.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>What browsers see.</summary>
    public HomePageOptions Home { get; init; } = new();

    /// <summary>Answers to an authority's HTTP-01 challenges, on the plain HTTP listeners. Default none.</summary>
    public IAcmeChallenges? Acme { get; init; }

    /// <summary>Why <c>/readyz</c> says no although the relay is not draining; null while nothing is in the way.</summary>
    public Func<string?> NotReady { get; init; } = () => null;

    /// <summary>Names that <c>/bootstrap-dns</c> answers. Default none.</summary>
    public IReadOnlyList<string> BootstrapNames { get; init; } = [];
}
