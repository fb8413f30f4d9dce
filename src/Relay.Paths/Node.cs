using Relay.Paths.Disco;
using Relay.Paths.Limits;
using Relay.Paths.Local;
using Relay.Protocol.Keys;
using Relay.Stun.Messages;

namespace Relay.Paths;

/// <summary>What all peers of one engine share.</summary>
internal sealed class Node : IDisposable
{
    // All peers together: enough for a thousand that roam at once, each probed in turn.
    private readonly TokenBucket _pings = new(perSecond: 1000, burst: 1000);

    internal Node(NodePrivateKey key, IPathSink sink, PathOptions options)
    {
        (Key, Sink, Options) = (key, sink, options);
        Mail = new DiscoMail(key.Public, new DiscoKey(DiscoPrivateKey.Public), sink);
        Stun = new StunRounds(sink);
    }

    internal NodePrivateKey Key { get; }

    /// <summary>Made by this process and never kept.</summary>
    internal NodePrivateKey DiscoPrivateKey { get; } = NodePrivateKey.Generate();

    internal IPathSink Sink { get; }

    internal PathOptions Options { get; }

    internal DiscoMail Mail { get; }

    internal StunRounds Stun { get; }

    internal OwnAddresses Own { get; } = new();

    internal AddressBook Addresses { get; } = new();

    internal LocalNetwork Network { get; set; } = LocalNetwork.None;

    internal NodeTraits Traits =>
        (Own.Has(StunAddressFamily.IPv4) ? NodeTraits.IPv4 : 0)
        | (Own.Has(StunAddressFamily.IPv6) ? NodeTraits.IPv6 : 0)
        | (Stun.Report.MappingVaries == true ? NodeTraits.MappingVaries : 0)
        | (Stun.Report.UdpBlocked ? NodeTraits.UdpBlocked : 0);

    internal bool MayPing(TimeSpan now) => _pings.TryTake(now);

    public void Dispose() => DiscoPrivateKey.Dispose();
}
