using Relay.Stun.Messages;

namespace Relay.Paths;

/// <summary>
/// Where packets to a peer go: through the relay, to one address, or both ways while the address is in doubt (WireGuard
/// drops the second copy). Immutable: a sender reads it once and acts on what it read.
/// </summary>
public sealed record PathRoute
{
    private PathRoute(TransportAddress direct, bool relayed) => (Direct, UsesRelay) = (direct, relayed);

    /// <summary>Through the relay and nowhere else.</summary>
    public static PathRoute Relay { get; } = new(default, relayed: true);

    /// <summary>The peer's address; the default value when <see cref="UsesDirect"/> is false.</summary>
    public TransportAddress Direct { get; }

    /// <summary>Whether packets go to <see cref="Direct"/>.</summary>
    public bool UsesDirect => Direct.Family != 0;

    /// <summary>Whether packets go through the relay.</summary>
    public bool UsesRelay { get; }

    /// <summary>Both ways, while it is not certain that <paramref name="address"/> works.</summary>
    public static PathRoute Both(TransportAddress address) => new(address, relayed: true);

    /// <summary>To <paramref name="address"/> only.</summary>
    public static PathRoute To(TransportAddress address) => new(address, relayed: false);

    /// <summary><c>relay</c>, <c>192.0.2.1:51820</c> or <c>192.0.2.1:51820 + relay</c>.</summary>
    public override string ToString() => !UsesDirect ? "relay" : UsesRelay ? $"{Direct} + relay" : Direct.ToString();
}
