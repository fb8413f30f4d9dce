using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Relay.Agent.Commands;
using Relay.Agent.Keygen;
using Relay.Agent.Maps;
using Relay.Agent.Status;
using Relay.Client;
using Relay.Protocol.Keys;

namespace Relay.Agent.Ping;

/// <summary><c>relay ping</c>: round trips through a relay, between two throw-away keys or to a node that listens.</summary>
internal sealed class PingCommand : AgentCommand
{
    private readonly Argument<string?> _peer = new("KEY")
    {
        Description = "The node to ping (nodekey:..., or WireGuard's base64); it must run relay ping --listen, or be a peer of an agent that runs here. "
            + "Default: a second throw-away key, or with --key that key itself.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _relay = Options.Relay();
    private readonly Option<string?> _map = Options.Map();
    private readonly Option<string?> _pin = Options.Pin();
    private readonly Option<string?> _key = Options.Key();
    private readonly Option<int?> _region = Options.Region();
    private readonly Option<bool> _json = new("--json") { Description = "JSON on standard output, for machines: one object; through an agent, one for each ping." };
    private readonly Option<string?> _interface = new("--interface") { Description = "Without a relay: the agent of this WireGuard interface.", HelpName = "NAME" };
    private readonly Option<string?> _control = ControlPaths.Option();
    private readonly Option<bool> _listen = new("--listen") { Description = "Print this side's key and answer pings until Ctrl-C." };
    private readonly Option<int> _count = new("--count", "-c") { Description = "Round trips.", DefaultValueFactory = _ => 5, HelpName = "N" };
    private readonly Option<double> _interval = new("--interval", "-i") { Description = "Seconds between them.", DefaultValueFactory = _ => 0.5, HelpName = "SECONDS" };
    private readonly Option<int> _size = new("--size", "-s") { Description = "Bytes in a packet.", DefaultValueFactory = _ => 64, HelpName = "BYTES" };

    internal override Command Build() =>
        new("ping", "Round trips through a relay: between two throw-away keys, or to a node that runs relay ping --listen.")
        {
            _peer, _relay, _map, _pin, _region, _key, _count, _interval, _size, _listen, _interface, _control, _json,
        };

    internal override bool RunsUntilStopped(ParseResult line) => line.GetValue(_listen);

    internal override async Task<ExitCode> RunAsync(ParseResult line, AgentEnvironment environment, CancellationToken stop)
    {
        var peer = ParsePeer(line.GetValue(_peer));
        Check(line.GetValue(_count) is >= 1 and <= 1_000_000, "--count", line.GetValue(_count), "1 to 1000000");
        Check(line.GetValue(_interval) is >= 0 and <= 3600, "--interval", line.GetValue(_interval), "0 to 3600 seconds");
        Check(line.GetValue(_size) is >= EchoPacket.HeaderSize and <= 65536, "--size", line.GetValue(_size), $"{EchoPacket.HeaderSize} to 65536 bytes");
        if (peer is not null && line.GetValue(_listen)) throw CommandException.Usage("--listen answers whoever asks; leave the key out");

        if (peer is { } known && line.GetValue(_relay) is null && line.GetValue(_map) is null)
        {
            Check(line.GetValue(_size) <= AgentPing.MaxSize, "--size", line.GetValue(_size), $"{EchoPacket.HeaderSize} to {AgentPing.MaxSize} bytes through an agent");
            var agent = ControlClient.Find(line.GetValue(_interface), line.GetValue(_control), environment);
            var times = new PingTimes(line.GetValue(_count), line.GetValue(_interval), line.GetValue(_size));
            return await new AgentPing(agent, known, environment).RunAsync(times, line.GetValue(_json), stop);
        }

        var source = await RelaySource.LoadAsync(
            line.GetValue(_relay), line.GetValue(_map), line.GetValue(_pin), 0, environment.Time, stop);
        using var key = PrivateKeyFile.LoadOrMake(line.GetValue(_key));
        await using var connection = await NearestRegion.ConnectAsync(source, line.GetValue(_region), key, environment, stop);
        if (line.GetValue(_listen)) return await ListenAsync(connection, key.Public, environment, stop);

        // A relay that admits the given key may admit no other.
        var to = peer ?? (line.GetValue(_key) is null ? null : key.Public);
        return to is { } node
            ? await RunAsync(line, environment, connection, key.Public, node, stop)
            : await RunAloneAsync(line, environment, source, connection, key.Public, stop);
    }

    private static async Task<ExitCode> ListenAsync(RelayConnection connection, NodeKey key, AgentEnvironment environment, CancellationToken stop)
    {
        await environment.Out.WriteLineAsync($"answering pings to {key.ToText()} through {Describe(connection)}; Ctrl-C ends it");
        await Echo.RunAsync(connection, message => environment.Out.WriteLine($"{message.Payload.Length} bytes from {message.Key}"), stop);
        return ExitCode.Ok;
    }

    private async Task<ExitCode> RunAloneAsync(
        ParseResult line, AgentEnvironment environment, RelaySource source, RelayConnection connection, NodeKey key, CancellationToken stop)
    {
        using var otherKey = NodePrivateKey.Generate();
        await using var other = await NearestRegion.ConnectAsync(source, line.GetValue(_region), otherKey, environment, stop);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var echoing = Echo.RunAsync(other, null, over.Token);
        var exit = await RunAsync(line, environment, connection, key, otherKey.Public, stop);
        await over.CancelAsync();
        await echoing.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return exit;
    }

    private async Task<ExitCode> RunAsync(
        ParseResult line, AgentEnvironment environment, RelayConnection connection, NodeKey from, NodeKey to, CancellationToken stop)
    {
        var text = line.GetValue(_json) ? TextWriter.Null : environment.Out;
        await text.WriteLineAsync($"PING {to.ToText()}");
        await text.WriteLineAsync(FormattableString.Invariant(
            $"through {Describe(connection)}, connected in {connection.Timings.Total.TotalMilliseconds:0.0} ms"));
        var pinger = new Pinger(connection, to, environment.Time, isSelf: to == from);
        var trips = new RoundTrips();
        if (await pinger.IsHereAsync(stop)) await PingAllAsync(line, environment, pinger, trips, text, stop);
        else await text.WriteLineAsync("this relay does not know the key: the node is not connected here");

        if (trips.Sent > 0) await text.WriteLineAsync(trips.Summary());
        if (trips is { Sent: > 0, Milliseconds.Count: 0 } && !pinger.NotHere)
            await text.WriteLineAsync("the node is connected here but does not answer; only relay ping --listen answers pings");
        if (line.GetValue(_json)) await WriteJsonAsync(environment, connection, from, to, trips, !pinger.NotHere);
        return trips.Milliseconds.Count > 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private async Task PingAllAsync(ParseResult line, AgentEnvironment environment, Pinger pinger, RoundTrips trips, TextWriter text, CancellationToken stop)
    {
        var (count, size) = (line.GetValue(_count), line.GetValue(_size));
        try
        {
            for (var number = 1; number <= count && !pinger.NotHere; number++)
            {
                if (number > 1) await Task.Delay(TimeSpan.FromSeconds(line.GetValue(_interval)), environment.Time, stop);
                var time = await pinger.PingAsync(number, size, stop);
                trips.Add(time);
                await text.WriteLineAsync(time is { } t
                    ? FormattableString.Invariant($"{size} bytes via relay: seq={number} time={t.TotalMilliseconds:0.00} ms")
                    : FormattableString.Invariant($"no reply to seq={number}"));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ctrl-C: say what there is.
        }
    }

    private static async Task WriteJsonAsync(
        AgentEnvironment environment, RelayConnection connection, NodeKey from, NodeKey to, RoundTrips trips, bool connected)
    {
        var report = new PingReport
        {
            Relay = connection.Name,
            Path = "relay",
            From = from.ToText(),
            To = to.ToText(),
            ConnectMs = connection.Timings.Total.TotalMilliseconds,
            Sent = trips.Sent,
            Received = trips.Milliseconds.Count,
            MinMs = trips.Min,
            AvgMs = trips.Average,
            MaxMs = trips.Max,
            MdevMs = trips.Deviation,
            PeerConnected = connected,
        };
        await environment.Out.WriteLineAsync(JsonSerializer.Serialize(report, PingJson.Default.PingReport));
    }

    private static string Describe(RelayConnection connection)
    {
        var transport = connection.Transport == RelayTransport.WebSocket ? "WebSocket" : "DERP";
        var tls = connection.Tls is { } info ? $"{transport} over {TlsName(info)}" : $"{transport} without TLS";
        return $"{connection.Name} ({tls}{(connection.FastStarted ? ", fast start" : "")})";
    }

    private static string TlsName(RelayTlsInfo tls) => tls.Protocol switch
    {
        System.Security.Authentication.SslProtocols.Tls13 => "TLS 1.3",
        System.Security.Authentication.SslProtocols.Tls12 => "TLS 1.2",
        _ => tls.Protocol.ToString(),
    };

    private static NodeKey? ParsePeer(string? text)
    {
        if (text is null) return null;
        if ((NodeKey.TryParse(text, out var key) || NodeKey.TryParseWireGuard(text, out key)) && !key.IsZero) return key;
        throw CommandException.Usage($"\"{text}\": not a node's key; expected nodekey: and 64 hex digits, or WireGuard's 44 characters of base64");
    }

    private static void Check<T>(bool right, string option, T value, string expected)
    {
        if (!right) throw CommandException.Usage(string.Create(CultureInfo.InvariantCulture, $"{option} {value}: expected {expected}"));
    }
}
