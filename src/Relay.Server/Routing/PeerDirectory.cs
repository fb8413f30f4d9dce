using System.Collections.Concurrent;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Server.Connections;

namespace Relay.Server.Routing;

/// <summary>
/// Who is connected under which key. Finding a key takes no lock; joining, leaving and watching, which are rare, take one.
/// </summary>
/// <remarks>
/// Several connections of one key follow the reference's policy "last writer is active" (spec/derp.md 10.3), and are told
/// of each other with a Health frame. Notices are appended under the lock and written after it, so that no client's
/// socket is ever touched while others wait.
/// </remarks>
internal sealed class PeerDirectory(NodeKey relayKey)
{
    private const string DuplicateWarning =
        "another connection uses this node's key: packets go to whichever of them spoke last; give each machine its own key";

    private readonly ConcurrentDictionary<NodeKey, Peer> _peers = new();
    private readonly HashSet<Session> _watchers = [];
    private readonly Lock _changes = new();

    /// <summary>Keys that are connected.</summary>
    public int Count => _peers.Count;

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
            peer.Members.Add(session);
            peer.Active = session;
            if (peer.Members.Count > 1)
            {
                // The second connection makes the first a duplicate too.
                Duplicates += peer.Members.Count == 2 ? 2 : 1;
                foreach (var member in peer.Members)
                {
                    if (member.IsDuplicate) continue;
                    member.IsDuplicate = true;
                    notices.Health(member, DuplicateWarning);
                }
            }

            foreach (var watcher in _watchers) notices.Present(watcher, session);
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
            session.Subscriptions.Clear();

            if (!_peers.TryGetValue(session.Key, out var peer) || !peer.Members.Remove(session)) return;
            if (peer.Members.Count == 0) Depart(peer, notices);
            else Shrink(peer, notices);
        }

        notices.Flush();
    }

    /// <summary>A frame came from one of several connections of a key: it becomes the active one.</summary>
    public void NoteActivity(Session session)
    {
        if (_peers.GetValueOrDefault(session.Key)?.Active == session) return;
        lock (_changes)
        {
            if (!_peers.TryGetValue(session.Key, out var peer) || !peer.Members.Remove(session)) return;
            peer.Members.Add(session);
            peer.Active = session;
        }
    }

    /// <summary><paramref name="receiver"/> gets packets from <paramref name="source"/>, and a notice once that key leaves.</summary>
    public void Subscribe(Session receiver, Session source)
    {
        lock (_changes)
        {
            // A receiver that has left would never be taken out again.
            if (!_peers.TryGetValue(source.Key, out var peer) || !IsMember(receiver)) return;
            if (peer.Subscribers.Add(receiver)) receiver.Subscriptions.Add(peer);
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
                if (peer.Active is { } active) notices.Present(watcher, active);
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

    /// <summary>What is inconsistent in here; empty means sound. Tests call it last.</summary>
    public IReadOnlyList<string> CheckConsistency()
    {
        var problems = new List<string>();
        lock (_changes)
        {
            var duplicates = 0;
            foreach (var (key, peer) in _peers)
            {
                if (peer.Members.Count > 1) duplicates += peer.Members.Count;
                if (peer.Members.Count == 0) problems.Add($"{key} has no connection");
                else if (peer.Active != peer.Members[^1]) problems.Add($"{key}: the last to speak is not the active connection");
                if (peer.Members.Any(m => m.IsDuplicate != peer.Members.Count > 1)) problems.Add($"{key}: a duplicate mark is wrong");
                if (peer.Subscribers.Any(s => !IsMember(s))) problems.Add($"{key}: a connection that left is still to be told");
            }

            if (duplicates != Duplicates) problems.Add($"{Duplicates} duplicates counted, {duplicates} there");
            if (_watchers.Any(w => !IsMember(w))) problems.Add("a connection that left still watches");
        }

        return problems;
    }

    private bool IsMember(Session session) => _peers.TryGetValue(session.Key, out var peer) && peer.Members.Contains(session);

    private void Depart(Peer peer, Notices notices)
    {
        peer.Active = null;
        _peers.TryRemove(peer.Key, out _);
        foreach (var subscriber in peer.Subscribers)
        {
            subscriber.Subscriptions.Remove(peer);
            // A watcher is told below, once.
            if (!_watchers.Contains(subscriber)) notices.Gone(subscriber, peer.Key);
        }

        peer.Subscribers.Clear();
        foreach (var watcher in _watchers) notices.Gone(watcher, peer.Key);
    }

    private void Shrink(Peer peer, Notices notices)
    {
        peer.Active = peer.Members[^1];
        Duplicates--;
        if (peer.Members.Count > 1) return;
        Duplicates--;
        peer.Members[0].IsDuplicate = false;
        notices.Health(peer.Members[0], "");
    }

    /// <summary>Control frames appended under the lock, to be written after it.</summary>
    private sealed class Notices
    {
        private readonly HashSet<Session> _told = [];

        public void Present(Session watcher, Session who)
        {
            Span<byte> frame = stackalloc byte[FrameWriter.PeerPresentSize];
            FrameWriter.PeerPresent(frame, who.Key, who.RemoteEndPoint, who.Presence);
            Append(watcher, frame);
        }

        public void Gone(Session receiver, NodeKey who)
        {
            Span<byte> frame = stackalloc byte[FrameWriter.PeerGoneSize];
            FrameWriter.PeerGone(frame, who, PeerGoneReason.Disconnected);
            Append(receiver, frame);
        }

        public void Health(Session receiver, string problem)
        {
            Span<byte> frame = stackalloc byte[256];
            Append(receiver, frame[..FrameWriter.Health(frame, problem)]);
        }

        public void Flush()
        {
            foreach (var session in _told) session.Outbox.Flush();
        }

        private void Append(Session receiver, ReadOnlySpan<byte> frame)
        {
            receiver.Outbox.AppendControl(frame);
            _told.Add(receiver);
        }
    }
}
