using Relay.Paths.Peers;

namespace Relay.Paths.Tests.Peers;

public sealed class LossWatchTests
{
    private readonly LossWatch _watch = new();
    private TimeSpan _now = TimeSpan.FromSeconds(10);

    [Fact]
    public void AllArrives_IsSoSaid()
    {
        Assert.Equal(LossVerdict.NothingSent, Judge(10, 5));
        Assert.Equal(LossVerdict.Arrives, Judge(11, 6));
        Assert.Equal(LossVerdict.NothingSent, Judge(11, 6));
    }

    [Fact]
    public void NothingArrives_IsNoticedAtTheThirdPacket_HoweverManyAnswersThatTakes()
    {
        Judge(10, 10);
        Assert.Equal(LossVerdict.NothingSent, Judge(11, 10));
        Assert.Equal(LossVerdict.NothingSent, Judge(12, 10));
        Assert.Equal(LossVerdict.NothingArrives, Judge(13, 10));
        Assert.Equal(LossVerdict.Arrives, Judge(14, 11));
    }

    [Fact]
    public void MostIsLost_IsSaidAfterThreeWindows()
    {
        Judge(0, 0);
        Assert.Equal(LossVerdict.Arrives, Judge(100, 20));
        Assert.Equal(LossVerdict.Arrives, Judge(200, 40));
        Assert.Equal(LossVerdict.MostIsLost, Judge(300, 60));
    }

    [Fact]
    public void OneGoodWindow_BeginsTheCountAnew()
    {
        Judge(0, 0);
        Judge(100, 20);
        Judge(200, 40);
        Assert.Equal(LossVerdict.Arrives, Judge(300, 140));
        Assert.Equal(LossVerdict.Arrives, Judge(400, 160));
    }

    [Fact]
    public void Flood_LosingPacketsByItself_IsNotHeldAgainstThePath()
    {
        Judge(0, 0);
        for (var i = 1; i < 10; i++) Assert.Equal(LossVerdict.Arrives, Judge(i * 100_000, i * 20_000));
    }

    [Fact]
    public void HalfLost_IsBorne()
    {
        Judge(0, 0);
        for (var i = 1; i < 10; i++) Assert.Equal(LossVerdict.Arrives, Judge(i * 100, i * 50));
    }

    [Fact]
    public void CountGoingBackwards_BeginsAnew()
    {
        Judge(100, 100);
        Assert.Equal(LossVerdict.NothingSent, Judge(110, 3));
        Assert.Equal(LossVerdict.Arrives, Judge(120, 13));
    }

    private LossVerdict Judge(long sent, long received) => _watch.Judge(_now += TimeSpan.FromSeconds(1), sent, received);
}
