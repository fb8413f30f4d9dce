using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Relay.Server.Transport;

/// <summary>
/// One round of an event loop over the connections that have something. Belongs to that loop's thread; on other threads
/// there is none.
/// </summary>
internal sealed class Turn
{
    [ThreadStatic]
    private static Turn? _current;

    private readonly List<ITurnEnd> _atEnd = [];
    private List<Action> _yielded = [];
    private List<Action> _resuming = [];

    private Turn()
    {
    }

    /// <summary>This thread's, if it is an event loop's.</summary>
    public static Turn? Current => _current;

    /// <summary>Tells turns apart, of this and of all other threads.</summary>
    public long Number { get; private set; }

    /// <summary>The <see cref="System.Diagnostics.Stopwatch"/> timestamp at which it began.</summary>
    public long Began { get; private set; }

    /// <summary>Whether somebody gave way and waits for the next turn.</summary>
    public bool HasWork => _yielded.Count > 0;

    /// <summary>Makes the calling thread one that has turns.</summary>
    public static Turn OfThisThread() => _current ??= new Turn { Number = (long)Environment.CurrentManagedThreadId << 48 };

    /// <summary>Whoever awaits this on the turn's own thread goes on in the next turn, after the others had theirs.</summary>
    public YieldAwaitable Yield() => new(this);

    /// <summary>Has <paramref name="item"/> called at the end of this turn.</summary>
    public void AtEnd(ITurnEnd item) => _atEnd.Add(item);

    /// <summary>Begins the next one, with those who gave way in the last.</summary>
    public void Begin(ILogger logger)
    {
        Number++;
        Began = System.Diagnostics.Stopwatch.GetTimestamp();
        if (_yielded.Count == 0) return;
        (_resuming, _yielded) = (_yielded, _resuming);
        foreach (var resume in _resuming)
        {
            try
            {
                resume();
            }
            catch (Exception e)
            {
                TransportLog.LoopFault(logger, e);
            }
        }

        _resuming.Clear();
    }

    /// <summary>Ends it. What is brought meanwhile is done, too.</summary>
    public void End(ILogger logger)
    {
        // Who has been called already is called once more for what comes now.
        Number++;
        for (var i = 0; i < _atEnd.Count; i++)
        {
            try
            {
                _atEnd[i].OnTurnEnd();
            }
            catch (Exception e)
            {
                TransportLog.LoopFault(logger, e);
            }
        }

        _atEnd.Clear();
    }

    /// <summary>What <see cref="Yield"/> gives; for <c>await</c> alone.</summary>
    internal readonly struct YieldAwaitable(Turn turn) : ICriticalNotifyCompletion
    {
        public bool IsCompleted => false;

        public YieldAwaitable GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => turn._yielded.Add(continuation);

        public void UnsafeOnCompleted(Action continuation) => turn._yielded.Add(continuation);
    }
}
