using System.Net;
using Relay.Protocol.Keys;

namespace Relay.Server.Admission;

/// <summary>
/// Lets in who stands in a list. A new list takes effect at once: whoever is no longer in it, or has moved to another
/// network, has its grant revoked; whoever stayed keeps the grant, and with it the connection.
/// </summary>
/// <param name="time">The clock of expiry.</param>
public sealed class ListAdmission(TimeProvider time) : IAdmission
{
    private readonly NetworkTable _networks = new();
    private readonly Lock _applying = new();

    // Replaced, never changed.
    private volatile Dictionary<NodeKey, Grant> _grants = [];

    /// <summary>Networks in force.</summary>
    public int Networks { get; private set; }

    /// <summary>Nodes in force, expired ones among them.</summary>
    public int Nodes => _grants.Count;

    /// <summary>Puts a list in force.</summary>
    public void Apply(AdmissionList list)
    {
        lock (_applying)
        {
            var before = _grants;
            var grants = new Dictionary<NodeKey, Grant>(list.NodeCount);
            foreach (var listed in list.Networks)
            {
                var network = _networks.Of(listed.Name);
                network.Rate = listed.Rate;
                foreach (var (key, node) in listed.Nodes) grants.Add(key, GrantOf(before, key, node, network));
            }

            Networks = list.Networks.Count;
            _grants = grants;

            // Whoever was admitted by the old list a moment ago holds one of these, too.
            foreach (var (key, old) in before)
            {
                if (grants.GetValueOrDefault(key) != old) old.Revoke();
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<AdmissionAnswer> AdmitAsync(NodeKey client, IPAddress? source, CancellationToken cancellationToken)
    {
        if (!_grants.TryGetValue(client, out var grant)) return new(AdmissionAnswer.Refuse(AdmissionResult.NotListed));
        return new(grant.IsOver(time) ? AdmissionAnswer.Refuse(AdmissionResult.Expired) : AdmissionAnswer.Admit(grant));
    }

    /// <summary>Nothing: a list is asked anew whenever it changes.</summary>
    public void Renew(NodeKey client, IPAddress? source, Grant grant)
    {
    }

    /// <inheritdoc/>
    public bool TryFindNetwork(NodeKey remote, out Network? network)
    {
        network = _grants.TryGetValue(remote, out var grant) && !grant.IsOver(time) ? grant.Network : null;
        return network is not null;
    }

    private static Grant GrantOf(Dictionary<NodeKey, Grant> before, NodeKey key, ListedNode node, Network network)
    {
        var grant = before.TryGetValue(key, out var old) && old.Network == network ? old : new Grant(network);
        grant.Rate = node.Rate;
        grant.LastUntil(node.Expires);
        return grant;
    }
}
