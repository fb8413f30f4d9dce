namespace Relay.Paths.Tests;

public sealed class ReasonTextTests
{
    [Fact]
    public void EveryReason_HasATextOfItsOwn()
    {
        AssertDistinct(Enum.GetValues<RelayReason>().Select(ReasonText.Of));
        AssertDistinct(Enum.GetValues<PathChangeReason>().Select(ReasonText.Of));
    }

    private static void AssertDistinct(IEnumerable<string> texts)
    {
        var all = texts.ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
    }
}
