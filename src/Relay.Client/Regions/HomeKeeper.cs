using Relay.Client.Measuring;

namespace Relay.Client.Regions;

/// <summary>
/// Measures the regions now and then, at once when the home is lost, and moves the home where that is worth it: first the new
/// connection, then the word to both relays and to the caller. The old one stays until it is idle.
/// </summary>
internal sealed class HomeKeeper(RegionLinks links, RelayNetworkOptions options, Action<int> moved)
{
    private static readonly TimeSpan MeasureLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(120);

    // A region that answers STUN but takes no connection for so long is none. So soon is it looked at again, then less often.
    private static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(3);

    private readonly TimeProvider _time = options.Client.TimeProvider;
    private readonly Nudge _now = new();
    private volatile int _home, _wanted;

    internal int? Home => _home == 0 ? null : _home;

    internal LatencyMemory Latencies { get; } = new(options.Client.TimeProvider);

    /// <summary>Measures at once.</summary>
    internal void Hurry() => _now.Set();

    /// <summary>A region is connected: the one that was to be the home, and could not be reached in time?</summary>
    internal void Connected(int id)
    {
        if (id == _wanted) Hurry();
    }

    internal async Task RunAsync(CancellationToken stop)
    {
        links.Keep(First(), hasHome: false);
        for (var pause = DeadAfter; ;)
        {
            await LookAsync(stop).ConfigureAwait(false);
            var isWell = _home != 0 && links.Find(_home) is { IsUp: true };
            pause = isWell ? DeadAfter : Least(2 * pause, options.MeasureInterval);
            await _now.WaitAsync(isWell ? options.MeasureInterval : pause, _time, stop).ConfigureAwait(false);
        }
    }

    // What to be connected to before anything was measured.
    private IReadOnlyList<int> First() => [.. links.Usable.Take(options.KeepSpare ? 3 : options.MeetAtFirst ? 1 : 0)];

    private async Task LookAsync(CancellationToken stop)
    {
        var usable = links.Usable;
        if (!usable.Contains(_home)) _home = 0;
        if (usable.Count == 0) return;
        var measured = usable.Count > 1 ? await MeasureAsync(stop).ConfigureAwait(false) : [];
        foreach (var id in measured.Keys.Where(id => !usable.Contains(id) || links.Find(id)?.DownFor > DeadAfter)) measured.Remove(id);

        var chosen = Choose(usable, measured);
        _wanted = 0;
        if (chosen != _home && !await IsReachedAsync(chosen, stop).ConfigureAwait(false))
        {
            _wanted = chosen;
            if (links.Find(chosen) is { IsUp: true }) Hurry(); // just now, and nobody will say so again
            if (_home == 0) return;
            chosen = _home;
        }

        links.Keep(Order(chosen, usable, measured), hasHome: true);
        if (chosen == _home) return;
        _home = chosen;
        moved(chosen);
    }

    private async Task<bool> IsReachedAsync(int region, CancellationToken stop) =>
        links.Open(region, toKeep: true) is { } link && await link.IsUpWithinAsync(options.Client.ConnectTimeout, stop).ConfigureAwait(false);

    private int Choose(IReadOnlyList<int> usable, Dictionary<int, RegionMeasurement> measured)
    {
        if (usable.Count == 1) return usable[0];
        var home = _home == 0 ? null : links.Find(_home);
        var present = home is null ? null : new HomeRegion(home.Id, home.IsUp, home.DownFor is not { } down || down < Remembered);
        return RegionChooser.Choose(links.Map, measured, present) ?? (_home != 0 ? _home : usable[Random.Shared.Next(usable.Count)]);
    }

    // The home, the next nearest, and where to meet.
    private IReadOnlyList<int> Order(int home, IReadOnlyList<int> usable, Dictionary<int, RegionMeasurement> measured)
    {
        var spare = options.KeepSpare ? measured.Where(m => m.Key != home).OrderBy(m => m.Value.Current).Select(m => m.Key).Take(1) : [];
        return [.. spare.Prepend(home).Concat(usable.Take(options.MeetAtFirst ? 1 : 0)).Distinct()];
    }

    private async Task<Dictionary<int, RegionMeasurement>> MeasureAsync(CancellationToken stop)
    {
        using var limit = new Deadline(MeasureLimit, _time, stop);
        try
        {
            var measure = options.Measure ?? new RegionProbe(options.Client, options.PlainHttp).MeasureAsync;
            return Latencies.Add(await measure(links.Map, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false));
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            // Of the caller's making, or too slow: nothing was measured, and what stands stays.
            return [];
        }
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
