using Microsoft.Extensions.Logging.Abstractions;
using Relay.Server.Transport;

namespace Relay.Server.Tests.Transport;

public sealed class TurnTests
{
    [Fact]
    public void WhoYields_GoesOnInTheNextTurn_AndWhatIsAddedAtTheEndIsDoneAtTheEnd() => OnAThreadOfItsOwn(() =>
    {
        var turn = Turn.OfThisThread();
        Assert.Same(turn, Turn.Current);
        var told = new List<string>();
        turn.Begin(NullLogger.Instance);
        var yielding = YieldAsync();
        turn.AtEnd(new Item(() =>
        {
            told.Add("end");
            if (told.Count < 3) turn.AtEnd(new Item(() => told.Add("end of the end")));
        }));
        Assert.True(turn.HasWork);
        turn.End(NullLogger.Instance);
        Assert.Equal(["before", "end", "end of the end"], told);
        Assert.False(yielding.IsCompleted);

        turn.Begin(NullLogger.Instance);
        Assert.True(yielding.IsCompletedSuccessfully);
        Assert.Equal("after", told[^1]);
        Assert.False(turn.HasWork);
        turn.End(NullLogger.Instance);
        Assert.Equal(4, told.Count);

        async Task YieldAsync()
        {
            told.Add("before");
            await turn.Yield();
            told.Add("after");
        }
    });

    [Fact]
    public void Number_ChangesBeforeTheEnd_SoThatNothingWaitsForATurnThatIsOver() => OnAThreadOfItsOwn(() =>
    {
        var turn = Turn.OfThisThread();
        turn.Begin(NullLogger.Instance);
        var during = turn.Number;
        long atEnd = 0;
        turn.AtEnd(new Item(() => atEnd = turn.Number));
        turn.End(NullLogger.Instance);
        Assert.NotEqual(during, atEnd);
    });

    [Fact]
    public void OneThatFails_DoesNotTakeTheOthersWithIt() => OnAThreadOfItsOwn(() =>
    {
        var turn = Turn.OfThisThread();
        var done = false;
        turn.Begin(NullLogger.Instance);
        turn.AtEnd(new Item(() => throw new InvalidOperationException("a fault")));
        turn.AtEnd(new Item(() => done = true));
        turn.End(NullLogger.Instance);
        Assert.True(done);
    });

    [Fact]
    public void OneThatFailsToGoOn_DoesNotTakeTheOthersWithIt() => OnAThreadOfItsOwn(() =>
    {
        var turn = Turn.OfThisThread();
        var done = false;
        turn.Yield().OnCompleted(() => throw new InvalidOperationException("a fault"));
        turn.Yield().OnCompleted(() => done = true);
        turn.Begin(NullLogger.Instance);
        Assert.True(done);
        Assert.False(turn.HasWork);
    });

    [Fact]
    public void OtherThreads_HaveNone() => OnAThreadOfItsOwn(() => Assert.Null(Turn.Current));

    private static void OnAThreadOfItsOwn(Action test)
    {
        Exception? failed = null;
        var thread = new Thread(() =>
        {
            try
            {
                test();
            }
            catch (Exception e)
            {
                failed = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failed is not null) throw new InvalidOperationException(failed.Message, failed);
    }

    private sealed class Item(Action action) : ITurnEnd
    {
        public void OnTurnEnd() => action();
    }
}
