namespace Relay.Paths.Tests.Simulation;

/// <summary>Numbered packets from one node to another at a steady rate, and what became of them.</summary>
internal sealed class SimFlow
{
    private readonly SimNode _from;
    private readonly SimNode _to;
    private readonly TimeSpan _interval;
    private readonly int _size;
    private bool _running = true;

    private SimFlow(SimNode from, SimNode to, TimeSpan interval, int size) => (_from, _to, _interval, _size) = (from, to, interval, size);

    public string From => _from.Name;

    public TimeSpan Interval => _interval;

    /// <summary>When each packet was sent, by its number.</summary>
    public List<TimeSpan> Sent { get; } = [];

    /// <summary>When each packet that arrived did so first.</summary>
    public Dictionary<long, TimeSpan> Arrived { get; } = [];

    public long ArrivedDirect { get; private set; }

    public long ArrivedRelayed { get; private set; }

    /// <summary>Called for each packet that arrives and is not a second copy.</summary>
    public Action? OnArrival { get; set; }

    /// <summary>A flow that has a packet for each that arrives in <paramref name="cause"/>, as acknowledgements are.</summary>
    public static SimFlow Answer(SimFlow cause)
    {
        var flow = new SimFlow(cause._to, cause._from, cause._interval, size: 64);
        cause._from.FlowsIn[cause._to.Key] = flow;
        cause.OnArrival = flow.Send;
        return flow;
    }

    public static SimFlow Start(SimNode from, SimNode to, double intervalMs = 50, int size = 200)
    {
        var flow = new SimFlow(from, to, TimeSpan.FromMilliseconds(intervalMs), size);
        to.FlowsIn[from.Key] = flow;
        flow.Tick();
        return flow;
    }

    public void Stop() => _running = false;

    public void Received(TimeSpan now, long number, bool direct)
    {
        if (Arrived.TryAdd(number, now)) OnArrival?.Invoke();
        if (direct) ArrivedDirect++;
        else ArrivedRelayed++;
    }

    /// <summary>The longest time in which all that was sent was lost, from <paramref name="since"/> on.</summary>
    public TimeSpan LongestHole(TimeSpan since = default) => FindLongestHole(since).Length;

    public TimeSpan LongestHoleAt() => FindLongestHole(default).Start;

    private (TimeSpan Start, TimeSpan Length) FindLongestHole(TimeSpan since)
    {
        var ((found, longest), from) = ((TimeSpan.Zero, TimeSpan.Zero), (TimeSpan?)null);
        for (var i = 0; i < Sent.Count; i++)
        {
            if (Sent[i] < since) continue;
            if (Arrived.ContainsKey(i)) from = null;
            else from ??= Sent[i];
            // What is still on its way is not lost.
            if (from is { } start && _from.Network.Now - Sent[i] > TimeSpan.FromSeconds(1) && Sent[i] + _interval - start > longest)
                (found, longest) = (start, Sent[i] + _interval - start);
        }

        return (found, longest);
    }

    private void Send()
    {
        Sent.Add(_from.Network.Now);
        _from.SendData(_from.PathTo(_to), Sent.Count - 1, _size);
    }

    private void Tick()
    {
        if (!_running) return;
        Send();
        _from.Network.Schedule(_interval, Tick);
    }
}
