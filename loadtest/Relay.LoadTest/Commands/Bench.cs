using Relay.LoadTest.Measuring;
using Relay.LoadTest.Reports;
using Relay.LoadTest.Scenarios;
using Relay.LoadTest.Targets;

namespace Relay.LoadTest.Commands;

/// <summary>Runs a scenario as often as asked, against one target or two in turn, and reports.</summary>
internal sealed class Bench(BenchOptions options, TextWriter output, TextWriter progress)
{
    private const string Reference = "ref:";

    internal async Task MeasureAsync(Scenario scenario, CancellationToken stop)
    {
        using var region = options.Server is null ? null : await StartedRegion.StartAsync(options.Server, stop);
        var load = Resolved(region);
        using var target = Target(scenario, load);
        await ReportAsync(scenario.Name, await AlternateAsync(scenario, load, [target], stop), [target], null, stop);
    }

    internal async Task CompareAsync(Scenario scenario, string against, int? referencePid, CancellationToken stop)
    {
        using var region = options.Server is null ? null : await StartedRegion.StartAsync(options.Server, stop);
        var load = Resolved(region);
        using var ours = Target(scenario, load);
        using var theirs = Other(against, referencePid, load);
        var rows = await AlternateAsync(scenario, load, [ours, theirs], stop);
        var comparison = Comparison.Of([.. rows.Where(row => row.Target == ours.Name)], [.. rows.Where(row => row.Target == theirs.Name)]);
        await ReportAsync(scenario.Name, rows, [ours, theirs], comparison, stop);
    }

    private LoadOptions Resolved(StartedRegion? region) => region is null ? options.Load : options.Load with
    {
        Urls = [.. region.Relays.Select(relay => relay.Url)],
        ServerPids = [.. region.Relays.Select(relay => relay.Id)],
        Stun = region.Relays[0].StunAddress,
    };

    private ITarget Target(Scenario scenario, LoadOptions load)
    {
        if (!scenario.NeedsRelay) return new DirectTarget(!options.Plain);
        var urls = load.Urls;
        // Whoever asks STUN alone needs no relay to speak of.
        if (urls.Count == 0 && scenario is StunScenario && load.Stun is { } stun) urls = [new Derp.RelayUrl(false, "", stun, "")];
        if (urls.Count == 0) throw LoadException.Usage($"{scenario.Name} needs a relay: give --url, or --start-server");
        var name = urls.Count > 1 ? "region" : options.Server is null ? "relay" : "relayd";
        return new RelayTarget(name, urls, load.Transport, Running("--server-pid", load.ServerPids));
    }

    private ITarget Other(string against, int? referencePid, LoadOptions load)
    {
        if (against == "haproxy") return new HaproxyTarget(load.Urls[0].Tls, options.Server?.Processors ?? []);
        if (against == "local") return Local(load);
        if (!against.StartsWith(Reference, StringComparison.Ordinal)) throw LoadException.Usage($"--against {against}: expected haproxy, local, or ref: and a URL");
        var url = Derp.RelayUrl.Parse(against[Reference.Length..], $"--against {against}");
        return new RelayTarget("ref", [url], load.Transport, Running("--ref-pid", referencePid is { } pid ? [pid] : []));
    }

    // A result without the server's part would look as if that had not been asked for.
    private static IReadOnlyList<int> Running(string option, IReadOnlyList<int> processes)
    {
        foreach (var process in processes)
        {
            if (ProcessUsage.Of(process) is null) throw LoadException.Unavailable($"{option} {process}: there is no such process on this machine");
        }

        return processes;
    }

    // Everybody on one relay of the region; what the others use meanwhile, which is next to nothing, counts as well.
    private static RelayTarget Local(LoadOptions load)
    {
        if (load.Urls.Count < 2) throw LoadException.Usage("--against local: needs a region of two relays or more; give --nodes 2, or --url for each");
        return new RelayTarget("local", load.Urls.Take(1), load.Transport, load.ServerPids);
    }

    // One after the other, run by run: what disturbs the machine for a while disturbs both.
    private async Task<IReadOnlyList<Row>> AlternateAsync(Scenario scenario, LoadOptions load, IReadOnlyList<ITarget> targets, CancellationToken stop)
    {
        List<Row> rows = [];
        for (var run = 1; run <= load.Runs; run++)
        {
            foreach (var target in targets)
            {
                await progress.WriteLineAsync($"{scenario.Name}: {target.Name}, run {run} of {load.Runs}".AsMemory(), stop);
                rows.AddRange(await scenario.RunAsync(target, load, stop));
            }
        }

        return rows;
    }

    private async Task ReportAsync(string scenario, IReadOnlyList<Row> rows, IReadOnlyList<ITarget> targets, Comparison? comparison, CancellationToken stop)
    {
        var versions = Machine.Versions();
        foreach (var (name, version) in targets.SelectMany(target => target.Versions)) versions[name] = version;
        var report = new Report
        {
            Scenario = scenario,
            Command = options.Command,
            Machine = Machine.ThisOne(),
            Versions = versions,
            Rows = rows,
            Compare = comparison,
        };
        await output.WriteAsync(TextReport.Make(report).AsMemory(), stop);
        if (options.Json is { } json) await WriteAsync("--json", json, JsonReport.Make(report), stop);
        if (options.Html is { } html) await WriteAsync("--html", html, HtmlReport.Make(report), stop);
    }

    private static async Task WriteAsync(string option, string file, string text, CancellationToken stop)
    {
        try
        {
            await File.WriteAllTextAsync(file, text, stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LoadException.Failed($"{option} {file}: cannot be written ({e.Message})", e);
        }
    }
}
