using Relay.Host.Files;
using Relay.Host.Tests.Support;
using Relay.Testing;

namespace Relay.Host.Tests.Files;

public sealed class PrivateFileTests
{
    private const int Makers = 4;

    /// <summary>Of relays that start at once with one key file, all but one read what that one made.</summary>
    [Fact]
    public async Task TryCreate_ByManyAtOnce_SucceedsForTheOneWhoseFileStays()
    {
        using var folder = new TempFolder();
        using var start = new Barrier(Makers);
        var made = await Task.WhenAll(Enumerable.Range(0, Makers).Select(maker => Task.Factory.StartNew(
            () => Enumerable.Range(0, 50).Select(round =>
            {
                Assert.True(start.SignalAndWait(Eventually.Deadline), "the other threads did not come");
                return PrivateFile.TryCreate(folder[$"{round}"], "--key-file", [(byte)maker]);
            }).ToList(),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        for (var round = 0; round < 50; round++)
        {
            var maker = Assert.Single(Enumerable.Range(0, Makers), maker => made[maker][round]);
            Assert.Equal([(byte)maker], File.ReadAllBytes(folder[$"{round}"]));
        }

        Assert.Equal(50, Directory.GetFileSystemEntries(folder.Root).Length);
    }
}
