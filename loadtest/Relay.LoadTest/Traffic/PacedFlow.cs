using System.Diagnostics;
using HdrHistogram;

namespace Relay.LoadTest.Traffic;

/// <summary>Sends at its rate, whatever becomes of the packets (open loop).</summary>
internal sealed class PacedFlow : Flow
{
    // Packets that wait when the connection takes nothing, as many as a tunnel's own queue has.
    private const int MaxWaiting = 128;

    // Packets in a row before what has arrived is read: a generator that is late must not starve its own receivers, who in
    // truth are other machines.
    private const int MaxInARow = 8;

    // Neighbours' phases differ by this part of an interval, so that the flows never beat in step.
    private const double Golden = 0.6180339887;

    private readonly int _writesInARow;
    private Schedule _schedule;

    internal PacedFlow(int id, FlowPlan plan, Endpoint from, Endpoint to, RunClock clock, LongHistogram latencies)
        : base(id, plan, from, to, clock, latencies)
    {
        var interval = Stopwatch.Frequency * plan.Batch / plan.Rate;
        _writesInARow = Math.Max(1, MaxInARow / plan.Batch);
        var phase = id * Golden % 1;
        _schedule = new Schedule(clock.Start + (long)(phase * interval), interval, Math.Max(1, MaxWaiting / plan.Batch));
    }

    internal override long NextDue => _schedule.NextDue;

    internal override void Advance(long now)
    {
        now = Math.Min(now, Clock.WindowEnd - 1);
        for (var i = 0; i < _writesInARow && !IsBlocked && _schedule.TryTake(now, out var due); i++) WriteBatch(due);
        while (_schedule.TrySkip(now, out var skipped))
        {
            if (Clock.Measures(skipped)) Counters.Offered += Plan.Batch;
        }
    }

    private protected override void Arrived(long number)
    {
    }
}
