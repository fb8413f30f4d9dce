using Relay.Paths.Candidates;
using Relay.Stun.Messages;

namespace Relay.Paths.Local;

/// <summary>The addresses this node tells its peers, and that it never probes itself.</summary>
internal sealed class OwnAddresses
{
    private const int Max = 32;

    private readonly List<TransportAddress> _list = [];
    private readonly HashSet<TransportAddress> _set = [];

    internal ReadOnlySpan<TransportAddress> List => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_list);

    internal IReadOnlySet<TransportAddress> Set => _set;

    internal bool IsEmpty => _list.Count == 0;

    internal bool Has(StunAddressFamily family) => _list.Exists(address => address.Family == family);

    /// <summary>Counts the changes, so that a peer can be found to have an old list.</summary>
    internal int Version { get; private set; }

    /// <summary>Replaces the list, most useful addresses first; what no peer can use, and what is too much, is left out.</summary>
    internal void Replace(IEnumerable<TransportAddress> addresses)
    {
        var before = _set.ToHashSet();
        _list.Clear();
        _set.Clear();
        foreach (var address in addresses)
        {
            if (_list.Count == Max) break;
            if (AddressRules.CanBePeer(address) && _set.Add(address)) _list.Add(address);
        }

        if (!before.SetEquals(_set)) Version++;
    }
}
