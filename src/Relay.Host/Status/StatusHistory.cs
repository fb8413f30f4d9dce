namespace Relay.Host.Status;

/// <summary>The last rates, a fixed number of them: the oldest makes room.</summary>
internal sealed class StatusHistory(int capacity)
{
    private readonly Queue<(TrafficStatus Traffic, int Clients, double Cpu)> _points = new(capacity);

    public void Add(TrafficStatus traffic, int clients, double cpu)
    {
        if (_points.Count == capacity) _points.Dequeue();
        _points.Enqueue((traffic, clients, cpu));
    }

    public HistoryStatus ToStatus(TimeSpan interval) => new(
        interval.TotalSeconds,
        Series(p => p.Traffic.BytesInPerSecond),
        Series(p => p.Traffic.BytesOutPerSecond),
        Series(p => p.Traffic.DropsPerSecond),
        Series(p => p.Clients),
        Series(p => Math.Round(p.Cpu, 3)));

    private double[] Series(Func<(TrafficStatus Traffic, int Clients, double Cpu), double> value) => [.. _points.Select(value)];
}
