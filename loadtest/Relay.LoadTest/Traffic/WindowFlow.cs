using System.Diagnostics;
using HdrHistogram;

namespace Relay.LoadTest.Traffic;

/// <summary>
/// Sends as fast as it can with a bounded number of packets on their way, to find out how much gets through. (How long
/// they take then is a matter of that number, and no measure of the relay.)
/// </summary>
internal sealed class WindowFlow(int id, FlowPlan plan, Endpoint from, Endpoint to, RunClock clock, LongHistogram latencies)
    : Flow(id, plan, from, to, clock, latencies)
{
    private static readonly long LostAfter = Stopwatch.Frequency / 5;

    private long _arrivedUpTo;
    private long _arrivedBefore;
    private long _check = clock.Start;

    internal override long NextDue => _check;

    internal override void Advance(long now)
    {
        if (now >= _check) GiveUpTheLost(now);
        while (now < Clock.WindowEnd && !IsBlocked && Number - _arrivedUpTo + Plan.Batch <= Plan.Window) WriteBatch(now);
    }

    // One path, so packets arrive in order, and those before one that arrived have arrived or are lost.
    private protected override void Arrived(long number) => _arrivedUpTo = Math.Max(_arrivedUpTo, number + 1);

    // When the last ones are lost nothing after them tells.
    private void GiveUpTheLost(long now)
    {
        if (_arrivedUpTo == _arrivedBefore && !IsBlocked) _arrivedUpTo = Number;
        _arrivedBefore = _arrivedUpTo;
        _check = now + LostAfter;
    }
}
