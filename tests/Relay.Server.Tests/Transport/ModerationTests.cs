using System.Diagnostics;
using Relay.Server.Transport.Epoll;

namespace Relay.Server.Tests.Transport;

public sealed class ModerationTests
{
    private static readonly long Microsecond = Stopwatch.Frequency / 1_000_000;

    [Theory]
    [InlineData(10, 990, 0)] // mostly idle: never a pause, however fast the packets of one pair follow each other
    [InlineData(30, 40, 0)]
    [InlineData(30, 20, 70)] // busy: turns begin 100 µs apart
    [InlineData(150, 1, 0)] // more work than that: no time to lose
    public void Pause_IsForTheBusyAlone(int work, int idle, int expected)
    {
        long now = 0, pause = 0;
        var moderation = new Moderation(now);
        for (var turn = 0; turn < 2000; turn++)
        {
            var began = now;
            now += work * Microsecond;
            pause = moderation.PauseAfter(began, now);
            now += pause > 0 ? pause : idle * Microsecond;
        }

        Assert.Equal(expected, pause / Microsecond);
    }

    [Fact]
    public void Pause_EndsSoonAfterTheLoadDoes()
    {
        long now = 0;
        var moderation = new Moderation(now);
        for (var turn = 0; turn < 1000; turn++)
        {
            moderation.PauseAfter(now, now + 60 * Microsecond);
            now += 61 * Microsecond;
        }

        Assert.NotEqual(0, moderation.PauseAfter(now, now + 60 * Microsecond));
        now += 20_000 * Microsecond;
        moderation.PauseAfter(now, now + Microsecond);
        Assert.Equal(0, moderation.PauseAfter(now + 1000 * Microsecond, now + 1001 * Microsecond));
    }
}
