namespace Relay.Server.Routing;

internal sealed partial class PeerDirectory
{
    /// <summary>What is inconsistent in here; empty means sound. Tests call it last.</summary>
    public IReadOnlyList<string> CheckConsistency()
    {
        var problems = new List<string>();
        lock (_changes)
        {
            var (local, remote, duplicates, subscriptions) = (0, 0, 0, 0);
            foreach (var (_, peer) in _peers)
            {
                if (peer.Members.Count > 0) local++;
                if (peer.Links.Count > 0) remote++;
                if (peer.Members.Count > 1) duplicates += peer.Members.Count;
                subscriptions += peer.Subscribers.Count;
                problems.AddRange(Check(peer));
            }

            if (local != Local) problems.Add($"{Local} keys here counted, {local} there");
            if (remote != Remote) problems.Add($"{Remote} keys elsewhere counted, {remote} there");
            if (duplicates != Duplicates) problems.Add($"{Duplicates} duplicates counted, {duplicates} there");
            if (subscriptions != _subscriptions) problems.Add($"{_subscriptions} notices owed counted, {subscriptions} there");
            if (_watchers.Any(w => !IsMember(w))) problems.Add("a connection that left still watches");
        }

        return problems;
    }

    private static IEnumerable<string> Check(Peer peer)
    {
        var key = peer.Key;
        if (peer.Members.Count + peer.Links.Count == 0) yield return $"{key} has no connection";
        if (peer.Local != peer.Members.Last?.Value) yield return $"{key}: the last to speak is not the active connection";
        if (peer.Route is null || (peer.Route != peer.Local && !peer.Links.Contains(peer.Route))) yield return $"{key}: its packets go nowhere";
        if (peer.Members.Any(m => m.IsDuplicate != peer.Members.Count > 1)) yield return $"{key}: a duplicate mark is wrong";
        if (peer.Members.Any(m => m.HasRival != peer.Members.Count + peer.Links.Count > 1)) yield return $"{key}: a rival mark is wrong";
        if (peer.Links.Any(link => !link.Announced.Contains(peer))) yield return $"{key}: a link does not know that it has it";
        if (peer.Subscribers.Any(s => !IsMember(s))) yield return $"{key}: a connection that left is still to be told";
    }
}
