using Relay.LoadTest.Measuring;

namespace Relay.LoadTest.Tests.Measuring;

public sealed class FairnessTests
{
    [Fact]
    public void Jain_IsOneForEqualsAndOneNthForOneWhoHasItAll()
    {
        Assert.Equal(1, Fairness.Jain([3, 3, 3]), 9);
        Assert.Equal(0.25, Fairness.Jain([8, 0, 0, 0]), 9);
        Assert.Equal(1, Fairness.Jain([0, 0]), 9);
    }

    [Theory]
    [InlineData(new double[] { 10, 10, 10 }, 15, new double[] { 5, 5, 5 })]
    [InlineData(new double[] { 100, 2, 10 }, 20, new double[] { 9, 2, 9 })]
    [InlineData(new double[] { 1, 2, 3 }, 100, new double[] { 1, 2, 3 })]
    public void Entitled_GivesNobodyMoreThanHeAsked_AndTheRestInEqualParts(double[] asked, double total, double[] entitled) =>
        Assert.Equal(entitled, Fairness.Entitled(asked, total));
}
