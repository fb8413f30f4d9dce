using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Relay.Mesh.Cluster;
using Relay.Protocol.Keys;
using Relay.Server;
using Relay.Server.Admission;
using Relay.Server.Mesh;
using Relay.Testing;

namespace Relay.Mesh.Tests.Cluster;

public sealed class BrokenStoreTests
{
    [Fact]
    public async Task Updates_ThatMetAnAnswerOfAnotherKind_AreWrittenByTheNextAttempt()
    {
        using var key = NodePrivateKey.Generate();
        var failed = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var store = new BrokenStore();
        var updates = new UpdateQueue(_ => { }, e => failed.TrySetResult(e), new FakeTimeProvider()) { Store = store };
        updates.Add(new PresenceUpdate(key.Public, 0));
        Assert.IsType<InvalidCastException>(await Eventually.Done(failed.Task, "the failure to be told"));

        store.Broken = false;
        updates.Begin();

        await Eventually.True(() => store.Written.Count == 1, "the update to be written");
        Assert.Equal(key.Public, store.Written[0]);
    }

    [Fact]
    public async Task Beat_ThatMetAnAnswerOfAnotherKind_ComesAgain()
    {
        using var key = NodePrivateKey.Generate();
        var store = new BrokenStore();
        await using var presence = new ClusterPresence(TimeProvider.System, NullLogger<ClusterPresence>.Instance);
        await using var relay = new RelayServer(new RelayOptions(), key, new OpenAdmission(), TimeProvider.System, NullLogger<RelayServer>.Instance);
        await using var mesh = new RelayMesh(relay, new NoDialer(), new MeshOptions { Watch = false }, NullLogger<RelayMesh>.Instance, presence);
        presence.Start(mesh, _ => Task.FromResult<IClusterStore>(store));
        await Eventually.True(() => presence.Statistics.Failures > 0, "the failure to be counted");

        store.Broken = false;
        ((IClusterNews)presence).MembersChanged();

        await Eventually.True(() => presence.Statistics.Reachable, "the next beat");
    }
}
