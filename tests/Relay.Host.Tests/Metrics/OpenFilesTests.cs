using Relay.Host.Metrics;
using Relay.Testing;

namespace Relay.Host.Tests.Metrics;

public sealed class OpenFilesTests
{
    [Fact]
    public void Count_GrowsWithWhatIsOpened()
    {
        Requires.Linux();
        var before = OpenFiles.Count();
        var opened = Enumerable.Range(0, 500).Select(_ => File.OpenHandle("/dev/null")).ToList();
        var after = OpenFiles.Count();
        opened.ForEach(file => file.Dispose());

        // Other tests of this process open and close a few meanwhile.
        Assert.InRange(before, 3, 10_000);
        Assert.InRange(after - before, 400, 600);
    }
}
