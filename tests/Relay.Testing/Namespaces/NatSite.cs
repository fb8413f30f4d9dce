namespace Relay.Testing.Namespaces;

/// <summary>A router and the host behind it, which is all that hides behind its public address.</summary>
public sealed class NatSite
{
    internal NatSite(NetworkNamespace router, NetworkNamespace host, string publicAddress) =>
        (Router, Host, PublicAddress) = (router, host, publicAddress);

    /// <summary>Interfaces <c>wan</c> and <c>lan</c>.</summary>
    public NetworkNamespace Router { get; }

    /// <summary>Interface <c>eth0</c>; its default route is the router.</summary>
    public NetworkNamespace Host { get; }

    /// <summary>The router's address outside.</summary>
    public string PublicAddress { get; }

    /// <summary>Makes the router a NAT of another class; it forgets all flows and mappings.</summary>
    public Task SetAsync(NatClass nat, int lifetime = 60) => Router.SetRulesAsync(NatRules.Of(nat, PublicAddress, lifetime));
}
