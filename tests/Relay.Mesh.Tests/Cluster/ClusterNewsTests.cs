using Microsoft.Extensions.Logging.Abstractions;
using Relay.Mesh.Cluster;
using Relay.Testing;

namespace Relay.Mesh.Tests.Cluster;

public sealed class ClusterNewsTests
{
    /// <summary>What a subscriber's callback throws is heard by nobody.</summary>
    [Fact]
    public async Task News_OnTwoThreadsAtOnce_BothCount()
    {
        var relays = Enumerable.Range(0, 5000).Select(_ => (IClusterNews)new ClusterPresence(TimeProvider.System, NullLogger<ClusterPresence>.Instance)).ToList();
        using var both = new Barrier(2);
        var threads = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(
            () =>
            {
                foreach (var relay in relays)
                {
                    Assert.True(both.SignalAndWait(Eventually.Deadline), "the other thread did not come");
                    relay.MembersChanged();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));
        await Task.WhenAll(threads);
    }
}
