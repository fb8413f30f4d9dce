using System.CommandLine;
using System.Text.Json;
using Relay.Agent.Commands;
using Relay.Agent.Keygen;
using Relay.Agent.Maps;

namespace Relay.Agent.Doctor;

/// <summary><c>relay doctor</c>: looks at a relay from end to end as a client does, and says what to fix.</summary>
internal sealed class DoctorCommand : AgentCommand
{
    private readonly Argument<string> _target = new("URL|MAP")
    {
        Description = "A relay, as https://host[:port] (or http), or the file of a DERP map.",
    };

    private readonly Option<string?> _pin = Options.Pin();
    private readonly Option<string?> _key = Options.Key();
    private readonly Option<int> _stunPort = Options.StunPort();
    private readonly Option<bool> _json = Options.Json();

    internal override Command Build() => new("doctor", "Check a relay from end to end as a client sees it, and say what to fix.")
    {
        _target, _pin, _stunPort, _key, _json,
    };

    internal override async Task<ExitCode> RunAsync(ParseResult line, AgentEnvironment environment, CancellationToken stop)
    {
        var target = line.GetValue(_target)!;
        var isUrl = target.Contains("://", StringComparison.Ordinal);
        var source = await RelaySource.LoadAsync(
            isUrl ? target : null, isUrl ? null : target, line.GetValue(_pin), line.GetValue(_stunPort), environment.Time, stop);
        using var key = line.GetValue(_key) is { } file ? PrivateKeyFile.LoadOrMake(file) : null;
        var findings = MapChecks.Regions(source.Map);
        var reached = false;
        foreach (var node in source.Map.Regions.Values.SelectMany(r => r.Nodes))
        {
            if (environment.ShowsProgress) await environment.Error.WriteAsync($"looking at {node.Name} ...\r");
            var on = new Examination(source, node, key, environment.Time);
            await ExamineAsync(on, stop);
            reached |= on.Reached;
            findings.AddRange(on.Findings);
        }

        var report = new DoctorReport(
            target, findings.Count(f => f.Result == Finding.Fail), findings.Count(f => f.Result == Finding.Warn), findings);
        await environment.Out.WriteAsync(line.GetValue(_json)
            ? JsonSerializer.Serialize(report, DoctorJson.Default.DoctorReport) + Environment.NewLine
            : DoctorTable.Make(report, environment.Colours));
        if (report.Failed == 0) return ExitCode.Ok;
        return reached ? ExitCode.Failed : throw CommandException.Unavailable($"{target}: nobody could be reached there; the report says what to fix");
    }

    private static async Task ExamineAsync(Examination on, CancellationToken stop)
    {
        MapChecks.Run(on);
        await NameChecks.RunAsync(on, stop);
        await AddressChecks.RunAsync(on, stop);
        if (on.Endpoint is null) return;
        await DerpChecks.RunAsync(on, on.Endpoint, stop);
        await PageChecks.RunAsync(on, stop);
    }
}
