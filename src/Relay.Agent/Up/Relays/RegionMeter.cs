using Relay.Agent.Netcheck;
using Relay.Client;

namespace Relay.Agent.Up.Relays;

/// <summary>Measures the regions of a map now and then, and says which relays to use. With one region there is nothing to measure.</summary>
internal sealed class RegionMeter(RelaySet relays, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private readonly Nudge _now = new();
    private readonly Dictionary<int, TimeSpan> _best = [];
    private int? _home;

    /// <summary>The regions to use before anything is measured: the map's first ones.</summary>
    internal IReadOnlyList<int> First => [.. relays.Regions.Take(3).Select(r => r.RegionID)];

    /// <summary>Measures at once: the network changed, and what was measured on another counts for nothing.</summary>
    internal void Refresh()
    {
        lock (_best) _best.Clear();
        _now.Set();
    }

    internal async Task RunAsync(Action<int> moved, CancellationToken stop)
    {
        if (relays.Regions.Count < 2) return;
        try
        {
            while (true)
            {
                if (await MeasureAsync(stop) is { Count: > 0 } order)
                {
                    await relays.UseAsync(order);
                    if (_home != order[0]) moved(order[0]);
                    _home = order[0];
                }

                await _now.WaitAsync(Interval, time, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The agent stops.
        }
    }

    private async Task<List<int>> MeasureAsync(CancellationToken stop)
    {
        var report = await new Netchecker(relays.Source, time).RunAsync(stop);
        var measured = new Dictionary<int, RegionMeasurement>();
        lock (_best)
        {
            foreach (var region in report.Regions.Where(r => r.Ms is not null))
            {
                var current = TimeSpan.FromMilliseconds(region.Ms!.Value);
                var best = _best.TryGetValue(region.Id, out var earlier) && earlier < current ? earlier : current;
                _best[region.Id] = best;
                measured[region.Id] = new RegionMeasurement(current, best);
            }
        }

        var heard = _home is { } id && relays.Links.Any(l => l.Region == id && l.IsConnected);
        var home = RegionChooser.Choose(relays.Source.Map, measured, _home is { } h ? new HomeRegion(h, heard, heard) : null);
        var meeting = relays.Regions[0].RegionID;
        var usable = relays.Regions.Select(r => r.RegionID).ToHashSet();
        var order = measured.Where(m => usable.Contains(m.Key)).OrderBy(m => m.Value.Current).Select(m => m.Key).ToList();
        if (home is { } chosen && order.Remove(chosen)) order.Insert(0, chosen);
        return [.. order.Take(2).Append(meeting).Distinct()];
    }
}
