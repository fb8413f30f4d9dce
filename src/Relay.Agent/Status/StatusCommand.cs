using System.CommandLine;
using System.Text.Json;
using Relay.Agent.Commands;

namespace Relay.Agent.Status;

/// <summary><c>relay status</c>: what a running agent does, and why.</summary>
internal sealed class StatusCommand : AgentCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Option<string?> _interface = new("--interface") { Description = "The agent of this WireGuard interface. Default: the only one that runs.", HelpName = "NAME" };
    private readonly Option<string?> _control = ControlPaths.Option();
    private readonly Option<bool> _watch = new("--watch") { Description = "Again every second, until Ctrl-C." };
    private readonly Option<bool> _json = Options.Json();

    internal override Command Build() => new("status", "Show each peer of a running agent: its path, and why it is relayed when it is.")
    {
        _interface, _control, _watch, _json,
    };

    internal override bool RunsUntilStopped(ParseResult line) => line.GetValue(_watch);

    internal override async Task<ExitCode> RunAsync(ParseResult line, AgentEnvironment environment, CancellationToken stop)
    {
        var path = ControlClient.Find(line.GetValue(_interface), line.GetValue(_control), environment);
        while (true)
        {
            var answer = await ControlClient.AskAsync(path, new ControlRequest("status"), environment.Time, stop);
            var report = answer.Status ?? throw CommandException.Unavailable($"{path}: {answer.Error ?? "the agent says nothing"}");
            // On a terminal the table stays in its place.
            if (line.GetValue(_watch) && environment.Colours && !line.GetValue(_json)) await environment.Out.WriteAsync("\e[H\e[2J");
            await environment.Out.WriteAsync(line.GetValue(_json) ? JsonSerializer.Serialize(report, StatusJson.Default.StatusReport) + "\n" : StatusTable.Make(report));
            await environment.Out.FlushAsync(stop);
            if (!line.GetValue(_watch)) return ExitCode.Ok;
            await Task.Delay(Interval, environment.Time, stop);
        }
    }
}
