using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Relay.Mesh.Cluster;
using Relay.Protocol.Keys;
using Relay.Server;
using Relay.Server.Admission;
using Relay.Server.Mesh;
using Relay.Testing;

namespace Relay.Mesh.Tests.Cluster;

public sealed class BrokenStoreTests : IAsyncDisposable
{
    private readonly NodePrivateKey _key = NodePrivateKey.Generate();
    private readonly BrokenStore _store = new();
    private readonly ClusterPresence _presence = new(TimeProvider.System, NullLogger<ClusterPresence>.Instance);
    private readonly RelayServer _relay;
    private readonly RelayMesh _mesh;

    public BrokenStoreTests()
    {
        _relay = new RelayServer(new RelayOptions(), _key, new OpenAdmission(), TimeProvider.System, NullLogger<RelayServer>.Instance);
        _mesh = new RelayMesh(_relay, new NoDialer(), new MeshOptions { Watch = false }, NullLogger<RelayMesh>.Instance, _presence);
    }

    [Fact]
    public async Task Updates_ThatMetAnAnswerOfAnotherKind_AreWrittenByTheNextAttempt()
    {
        var failed = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var updates = new UpdateQueue(
            _ => { },
            failure =>
            {
                if (failure is not null) failed.TrySetResult(failure);
            },
            new FakeTimeProvider())
        { Store = _store };
        updates.Add(new PresenceUpdate(_key.Public, 0));
        Assert.IsType<InvalidCastException>(await Eventually.Done(failed.Task, "the failure to be told"));

        _store.Broken = false;
        updates.Begin();

        await Eventually.True(() => _store.Written.Count == 1, "the update to be written");
        Assert.Equal(_key.Public, _store.Written[0]);
    }

    /// <summary>Clients come and go while the store is away, however long: what waits for it is bounded by those who stay.</summary>
    [Fact]
    public void Updates_OfClientsThatCameAndWent_WaitUpToABound()
    {
        var updates = new UpdateQueue(_ => { }, _ => { }, new FakeTimeProvider());
        var bytes = new byte[NodeKey.Size];
        for (var i = 0; i < 300_000; i++)
        {
            BitConverter.TryWriteBytes(bytes, i);
            updates.Add(new PresenceUpdate(new NodeKey(bytes), 0));
            if (i > 0) updates.Add(new PresenceUpdate(new NodeKey(bytes), null));
        }

        Assert.InRange(updates.Waiting, 1, 250_000);
    }

    /// <summary>Whoever else writes to the store may tell more than is heard: what is left out is asked for again.</summary>
    [Fact]
    public async Task News_MoreThanAreHandled_WaitUpToABound()
    {
        var relay = RelayId.New();
        for (var i = 0; i < 250_100; i++) ((IClusterNews)_presence).Claimed(_key.Public, relay);
        _store.Broken = false;
        _presence.Start(_mesh, _ => Task.FromResult<IClusterStore>(_store));
        await Eventually.True(() => _presence.Statistics is { News: 250_000, Rebuilds: 2 }, "all that were kept, and a rebuild besides that of the first answer");
    }

    [Fact]
    public async Task Beat_ThatMetAnAnswerOfAnotherKind_ComesAgain()
    {
        _presence.Start(_mesh, _ => Task.FromResult<IClusterStore>(_store));
        await Eventually.True(() => _presence.Statistics.Failures > 0, "the failure to be counted");

        _store.Broken = false;
        ((IClusterNews)_presence).MembersChanged();

        await Eventually.True(() => _presence.Statistics.Reachable, "the next beat");
    }

    /// <summary>Its own address cannot be found out, say, since a name does not resolve yet: the relay serves, says why, and tries on.</summary>
    [Fact]
    public async Task StoreThatCannotBeOpened_IsTriedAgain()
    {
        var attempts = 0;
        _store.Broken = false;
        _presence.Start(_mesh, _ => ++attempts < 3 ? Task.FromException<IClusterStore>(new IOException("no way there")) : Task.FromResult<IClusterStore>(_store));
        await Eventually.True(() => _presence.Statistics.Fault is not null, "the failure");
        Assert.Equal((false, "no way there"), (_presence.Statistics.Reachable, _presence.Statistics.Fault));
        _presence.Here(_key.Public);
        await Eventually.True(() => _presence.Statistics.Reachable && _store.Written.Contains(_key.Public), "the store to be told who is here");
    }

    /// <summary>It has no memory left, or rights are missing: said once, tried on, and nothing else is told again for that.</summary>
    [Fact]
    public async Task StoreThatAnswersButTakesNoUpdates_IsNotTakenForGone()
    {
        (_store.Broken, _store.Refuses) = (false, true);
        var began = TimeProvider.System.GetTimestamp();
        _presence.Start(_mesh, _ => Task.FromResult<IClusterStore>(_store));
        await Eventually.True(() => _presence.Statistics.Rebuilds == 1, "the first beat");
        _presence.Here(_key.Public);
        await Eventually.True(() => _presence.Statistics.Failures >= 3, "two more attempts");
        Assert.Equal((true, "no memory", 1), (_presence.Statistics.Reachable, _presence.Statistics.Fault, _presence.Statistics.Rebuilds));
        var usual = TimeProvider.System.GetElapsedTime(began) / TimeSpan.FromSeconds(2);
        Assert.True(_store.Beats <= 2 + usual, $"{_store.Beats} beats");

        _store.Refuses = false;
        await Eventually.True(() => _presence.Statistics is { Fault: null, Waiting: 0 }, "the update to be written");
        Assert.Equal(1, _presence.Statistics.Rebuilds);
    }

    [Fact]
    public async Task StoreThatIsFrozen_HoldsNobodyUpWhoStops()
    {
        _store.Broken = false;
        _presence.Start(_mesh, _ => Task.FromResult<IClusterStore>(_store));
        await Eventually.True(() => _presence.Statistics.Reachable, "the first beat");
        _store.Frozen = true;
        var beats = _store.Beats;
        await Eventually.True(() => _store.Beats > beats, "a beat that nothing answers");
        await Eventually.Done(_presence.DisposeAsync(), "the relay to leave without a word");
    }

    public async ValueTask DisposeAsync()
    {
        _store.Broken = false;
        await _presence.DisposeAsync();
        await _mesh.DisposeAsync();
        await _relay.DisposeAsync();
        _key.Dispose();
    }
}
