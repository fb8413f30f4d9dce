namespace Relay.Agent.Ping;

/// <summary>Round trips of one run, in the order they were sent; null for one that did not come back.</summary>
internal sealed class RoundTrips
{
    private readonly List<TimeSpan?> _all = [];

    internal int Sent => _all.Count;

    internal IReadOnlyList<double> Milliseconds => [.. _all.OfType<TimeSpan>().Select(t => t.TotalMilliseconds)];

    internal void Add(TimeSpan? time) => _all.Add(time);

    /// <summary>ping's own last lines.</summary>
    internal string Summary()
    {
        var times = Milliseconds;
        var lost = Sent == 0 ? 0 : 100.0 * (Sent - times.Count) / Sent;
        var counts = FormattableString.Invariant($"{Sent} sent, {times.Count} received, {lost:0.#}% lost");
        return times.Count == 0 ? counts : counts + FormattableString.Invariant($"; round trip min/avg/max/mdev {Min:0.00}/{Average:0.00}/{Max:0.00}/{Deviation:0.00} ms");
    }

    internal double? Min => Milliseconds is { Count: > 0 } times ? times.Min() : null;

    internal double? Average => Milliseconds is { Count: > 0 } times ? times.Average() : null;

    internal double? Max => Milliseconds is { Count: > 0 } times ? times.Max() : null;

    internal double? Deviation => Milliseconds is { Count: > 0 } times ? Math.Sqrt(times.Average(t => (t - Average!.Value) * (t - Average!.Value))) : null;
}
