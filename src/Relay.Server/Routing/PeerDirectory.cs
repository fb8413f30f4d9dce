using System.Collections.Concurrent;
using Relay.Protocol.Keys;
using Relay.Server.Connections;

namespace Relay.Server.Routing;

/// <summary>
/// Who is connected under which key, here or on another relay of the region. Finding a key takes no lock; joining, leaving and watching, which are rare, take one.
/// </summary>
/// <remarks>
/// Several connections of one key follow the reference's policy "last writer is active" (spec/derp.md 10.3), and are told
/// of each other with a Health frame. Notices are appended under the lock and written after it, so that no client's
/// socket is ever touched while others wait.
/// </remarks>
internal sealed partial class PeerDirectory(NodeKey relayKey)
{
    private const string DuplicateWarning =
        "another connection uses this node's key: packets go to whichever of them spoke last; give each machine its own key";

    private readonly ConcurrentDictionary<NodeKey, Peer> _peers = new();
    private readonly HashSet<Session> _watchers = [];
    private readonly Lock _changes = new();
    private int _subscriptions;

    /// <summary>
    /// Notices of leaving that may be owed, in all: some 100 bytes each. Whoever has many connections could else make as many
    /// as these have pairs. Beyond it who leaves is not told of, which clients find out by themselves.
    /// </summary>
    public int MaxSubscriptions { get; set; } = 4_000_000;

    /// <summary>Keys that are connected here.</summary>
    public int Local { get; private set; }

    /// <summary>Keys that other relays of the region say they have.</summary>
    public int Remote { get; private set; }

    /// <summary>Connections that share their key with another one.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Connections that are told who comes and goes.</summary>
    public int Watchers
    {
        get
        {
            lock (_changes) return _watchers.Count;
        }
    }

    /// <summary>The peer of this key, or null. Takes no lock.</summary>
    public Peer? Find(NodeKey key) => _peers.GetValueOrDefault(key);

    /// <summary>Adds a connection, which becomes the active one of its key, and tells watchers.</summary>
    public void Join(Session session)
    {
        var notices = new Notices();
        lock (_changes)
        {
            var peer = _peers.GetOrAdd(session.Key, static key => new Peer(key));
            peer.Members.AddLast(session.Membership);
            TakeOver(peer, session);
            if (peer.Members.Count == 1)
            {
                Local++;
                session.HasRival = peer.Links.Count > 0;
            }
            else
            {
                // The second connection makes the first a duplicate too.
                if (peer.Members.Count == 2) MarkDuplicate(peer.Members.First!.Value, notices);
                MarkDuplicate(session, notices);
            }

            foreach (var watcher in _watchers) notices.Present(watcher, session);
            Region?.OnHere(session.Key);
        }

        notices.Flush();
    }

    /// <summary>Takes a connection out, and tells those who are owed a notice if it was the last of its key.</summary>
    public void Leave(Session session)
    {
        var notices = new Notices();
        lock (_changes)
        {
            _watchers.Remove(session);
            foreach (var source in session.Subscriptions) source.Subscribers.Remove(session);
            _subscriptions -= session.Subscriptions.Count;
            session.Subscriptions.Clear();

            if (!IsMember(session)) return;
            var peer = _peers[session.Key];
            peer.Members.Remove(session.Membership);
            if (peer.Members.Count == 0) LeaveHere(peer, notices);
            else Shrink(peer, notices);
        }

        notices.Flush();
    }

    /// <summary>A frame came from one of several connections of a key, here or elsewhere: packets go to it from now on.</summary>
    public void NoteActivity(Session session)
    {
        if (_peers.GetValueOrDefault(session.Key)?.Route == session) return;
        lock (_changes)
        {
            if (!IsMember(session)) return;
            var peer = _peers[session.Key];
            peer.Members.Remove(session.Membership);
            peer.Members.AddLast(session.Membership);
            TakeOver(peer, session);
        }
    }

    /// <summary><paramref name="receiver"/> gets packets from <paramref name="source"/>, and a notice once that key leaves the region.</summary>
    public void Subscribe(Session receiver, NodeKey source)
    {
        lock (_changes)
        {
            // A receiver that has left would never be taken out again.
            if (_subscriptions >= MaxSubscriptions || !_peers.TryGetValue(source, out var peer) || !IsMember(receiver)) return;
            if (!peer.Subscribers.Add(receiver)) return;
            receiver.Subscriptions.Add(peer);
            _subscriptions++;
        }
    }

    /// <summary>Tells <paramref name="watcher"/> of everybody who is here, and from now on of everybody who comes and goes.</summary>
    public void Watch(Session watcher)
    {
        // A relay that meshes with itself would only hear its own echo.
        if (watcher.Key == relayKey) return;
        var notices = new Notices();
        lock (_changes)
        {
            if (!IsMember(watcher)) return;
            _watchers.Add(watcher);
            foreach (var (_, peer) in _peers)
            {
                if (peer.Local is { } local) notices.Present(watcher, local);
            }
        }

        notices.Flush();
    }

    /// <summary>Ends all connections of a key, and returns how many there were.</summary>
    public int CloseAll(NodeKey key)
    {
        Session[] members;
        lock (_changes) members = _peers.TryGetValue(key, out var peer) ? [.. peer.Members] : [];
        foreach (var member in members) member.End(EndReason.ClosedByMesh);
        return members.Length;
    }

    private static void TakeOver(Peer peer, Session session)
    {
        peer.Local = session;
        peer.Route = session;
    }

    private void MarkDuplicate(Session member, Notices notices)
    {
        Duplicates++;
        member.IsDuplicate = member.HasRival = true;
        notices.Duplicate(member, DuplicateWarning);
    }

    private static bool IsMember(Session session) => session.Membership.List is not null;

    private void LeaveHere(Peer peer, Notices notices)
    {
        Local--;
        peer.Local = null;
        foreach (var watcher in _watchers) notices.Gone(watcher, peer.Key);
        Region?.OnLeft(peer.Key);
        if (peer.Links.Count > 0) peer.Route = peer.Links[^1];
        else Depart(peer, notices);
    }

    // The key has left the whole region.
    private void Depart(Peer peer, Notices notices)
    {
        peer.Route = null;
        _peers.TryRemove(peer.Key, out _);
        foreach (var subscriber in peer.Subscribers)
        {
            subscriber.Subscriptions.Remove(peer);
            // A watcher is told what happens here anyway, and learns the rest from the others.
            if (!_watchers.Contains(subscriber)) notices.Gone(subscriber, peer.Key);
        }

        _subscriptions -= peer.Subscribers.Count;
        peer.Subscribers.Clear();
    }

    private void Shrink(Peer peer, Notices notices)
    {
        var last = peer.Members.Last!.Value;
        peer.Local = last;
        if (!(peer.Route?.IsLink ?? true)) peer.Route = last;
        Duplicates--;
        if (peer.Members.Count > 1) return;
        Duplicates--;
        last.IsDuplicate = false;
        last.HasRival = peer.Links.Count > 0;
        notices.Duplicate(last, "");
    }
}
