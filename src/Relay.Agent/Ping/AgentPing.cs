using System.Text.Json;
using Relay.Agent.Commands;
using Relay.Agent.Status;
using Relay.Protocol.Keys;

namespace Relay.Agent.Ping;

/// <summary>Pings a peer through the agent that runs here: each by the way that WireGuard's packets take at that moment.</summary>
internal sealed class AgentPing(string control, NodeKey peer, AgentEnvironment environment)
{
    /// <summary>The largest packet: one that every network carries whole.</summary>
    internal const int MaxSize = 1400;

    internal async Task<ExitCode> RunAsync(PingTimes times, bool json, CancellationToken stop)
    {
        var trips = new RoundTrips();
        if (!json) await environment.Out.WriteLineAsync($"PING {peer.ToText()}");
        try
        {
            await PingAllAsync(times, json, trips, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ctrl-C: say what there is.
        }

        if (!json) await environment.Out.WriteLineAsync(trips.Summary());
        return trips.Milliseconds.Count > 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private async Task PingAllAsync(PingTimes times, bool json, RoundTrips trips, CancellationToken stop)
    {
        for (var number = 1; number <= times.Count; number++)
        {
            if (number > 1) await Task.Delay(TimeSpan.FromSeconds(times.Interval), environment.Time, stop);
            var answer = await ControlClient.AskAsync(control, new ControlRequest("ping", peer.ToText(), times.Size), environment.Time, stop);
            var ping = answer.Ping ?? throw CommandException.Unavailable($"{control}: {answer.Error ?? "the agent says nothing"}");
            trips.Add(ping.Ms is { } ms ? TimeSpan.FromMilliseconds(ms) : null);
            await environment.Out.WriteLineAsync(json ? JsonSerializer.Serialize(ping, StatusJson.Default.PingAnswer) : Line(ping, number, times.Size));
        }
    }

    private static string Line(PingAnswer ping, int number, int size) => ping.Ms is { } ms
        ? FormattableString.Invariant($"{size} bytes via {(ping.Path == "relay" ? $"relay {ping.Via}" : ping.Via)}: seq={number} time={ms:0.00} ms")
        : FormattableString.Invariant($"no reply to seq={number}: the peer's agent does not run, or cannot be reached");
}
