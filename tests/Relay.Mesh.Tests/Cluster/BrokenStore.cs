using Relay.Mesh.Cluster;
using Relay.Protocol.Keys;

namespace Relay.Mesh.Tests.Cluster;

/// <summary>A store that gives answers which are none, for as long as a test says, and then answers.</summary>
internal sealed class BrokenStore : IClusterStore
{
    public bool Broken { get; set; } = true;

    /// <summary>Answers otherwise, but takes no updates.</summary>
    public bool Refuses { get; set; }

    /// <summary>Answers nothing any more.</summary>
    public bool Frozen { get; set; }

    public int Beats { get; private set; }

    public List<NodeKey> Written { get; } = [];

    public Task<ClusterBeat> BeatAsync(int clients)
    {
        Beats++;
        return Answer(new ClusterBeat(true, "epoch", new Dictionary<RelayId, ClusterMember>()));
    }

    public Task<IReadOnlyList<(NodeKey Key, RelayId Relay)>> UpdateAsync(IReadOnlyList<PresenceUpdate> updates)
    {
        if (Refuses) return Task.FromException<IReadOnlyList<(NodeKey, RelayId)>>(new TimeoutException("no memory"));
        if (!Broken) Written.AddRange(updates.Select(update => update.Key));
        return Answer<IReadOnlyList<(NodeKey, RelayId)>>([]);
    }

    public Task<RelayId?> FindAsync(NodeKey key) => Answer<RelayId?>(null);

    public Task SweepAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task LeaveAsync() => Answer(true);

    public ValueTask DisposeAsync() => default;

    private Task<T> Answer<T>(T answer) => Frozen ? new TaskCompletionSource<T>().Task : Broken ? Task.FromException<T>(new InvalidCastException("not what was asked for")) : Task.FromResult(answer);
}
