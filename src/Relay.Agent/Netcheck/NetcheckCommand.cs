using System.CommandLine;
using System.Text.Json;
using Relay.Agent.Commands;
using Relay.Agent.Maps;

namespace Relay.Agent.Netcheck;

/// <summary><c>relay netcheck</c>: UDP, the NAT, port mapping, captive portal, latency per region, and which is nearest.</summary>
internal sealed class NetcheckCommand : AgentCommand
{
    private readonly Option<string?> _relay = Options.Relay();
    private readonly Option<string?> _map = Options.Map();
    private readonly Option<string?> _pin = Options.Pin();
    private readonly Option<int> _stunPort = Options.StunPort();
    private readonly Option<bool> _json = Options.Json();

    internal override Command Build() => new(
        "netcheck", "What this network lets through: UDP, how its NAT behaves, port mapping, captive portal, latency per region.")
    {
        _relay, _map, _pin, _stunPort, _json,
    };

    internal override async Task<ExitCode> RunAsync(ParseResult line, AgentEnvironment environment, CancellationToken stop)
    {
        var source = await RelaySource.LoadAsync(
            line.GetValue(_relay), line.GetValue(_map), line.GetValue(_pin), line.GetValue(_stunPort), environment.Time, stop);
        if (environment.ShowsProgress) await environment.Error.WriteAsync("measuring ...\r");
        var report = await new Netchecker(source, environment.Time).RunAsync(stop);
        await environment.Out.WriteAsync(line.GetValue(_json)
            ? JsonSerializer.Serialize(report, NetcheckJson.Default.NetcheckReport) + Environment.NewLine
            : NetcheckTable.Make(report));
        return report.Regions.Any(r => r.Ms is not null)
            ? ExitCode.Ok
            : throw CommandException.Unavailable($"{source.Origin}: no region answered; relay doctor looks for the cause");
    }
}
