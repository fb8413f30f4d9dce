using Relay.LoadTest.Commands;

namespace Relay.LoadTest.Tests.Commands;

public sealed class ProcessorListTests
{
    [Theory]
    [InlineData(null, new int[0])]
    [InlineData("0", new[] { 0 })]
    [InlineData("0,2-4", new[] { 0, 2, 3, 4 })]
    public void Parse_GivesTheProcessors(string? text, int[] processors) => Assert.Equal(processors, ProcessorList.Parse("--cpu", text));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("1-2-3")]
    [InlineData("3-1")]
    [InlineData("-1")]
    [InlineData("0,,1")]
    [InlineData("5000")]
    public void Parse_OfNoList_SaysWhatIsExpected(string text) =>
        Assert.Contains("--cpu", Assert.Throws<LoadException>(() => ProcessorList.Parse("--cpu", text)).Message, StringComparison.Ordinal);
}
