using System.CommandLine;
using System.Net.NetworkInformation;
using Relay.Agent.Commands;
using Relay.Agent.Maps;
using Relay.Agent.Status;
using Relay.Agent.WireGuard;

namespace Relay.Agent.Up;

/// <summary><c>relay up</c>: the agent.</summary>
internal sealed class UpCommand : AgentCommand
{
    private readonly Argument<string?> _config = new("CONFIG")
    {
        Description = "A wg-quick file, such as /etc/wireguard/wg0.conf, or wg0 for that one: its key and its peers.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _interface = new("--interface")
    {
        Description = "WireGuard's interface. Default: the file's name; without a file, key and peers are the interface's.",
        HelpName = "NAME",
    };

    private readonly Option<int> _port = new("--port") { Description = "The UDP port that peers reach this machine by; 0 lets the system choose.", HelpName = "PORT" };
    private readonly Option<string?> _relay = Options.Relay();
    private readonly Option<string?> _map = Options.Map();
    private readonly Option<string?> _pin = Options.Pin();
    private readonly Option<int?> _region = Options.Region();
    private readonly Option<int> _stunPort = Options.StunPort();
    private readonly Option<string?> _control = ControlPaths.Option();
    private readonly Option<bool> _json = new("--json") { Description = "Log JSON objects, one a line." };

    internal override Command Build() =>
        new("up", "Carry WireGuard's packets: through a relay at once, directly as soon as a path is proven. Runs until it is stopped.")
        {
            _config, _interface, _relay, _map, _pin, _region, _stunPort, _port, _control, _json,
        };

    internal override bool RunsUntilStopped(ParseResult line) => true;

    internal override async Task<ExitCode> RunAsync(ParseResult line, AgentEnvironment environment, CancellationToken stop)
    {
        var (given, device, port) = (line.GetValue(_config), line.GetValue(_interface), line.GetValue(_port));
        var path = given is null ? null : ConfigFile.Find(given);
        if (path is null && device is null) throw CommandException.Usage("give a wg-quick file, or --interface NAME");
        if (port is < 0 or > 65535) throw CommandException.Usage($"--port {port}: expected 0 to 65535");
        var file = path is null ? null : ConfigFile.Load(path);
        device ??= ConfigFile.InterfaceOf(path!);
        var tool = new WgTool(device, environment.Time);
        var state = file?.PrivateKey is null ? await ReadAsync(tool, device, file is not null, stop) : null;
        var source = await RelaySource.LoadAsync(line.GetValue(_relay), line.GetValue(_map), line.GetValue(_pin), line.GetValue(_stunPort), environment.Time, stop);
        var region = line.GetValue(_region);
        _ = source.Relayed();
        if (region is { } only) _ = source.Endpoint(source.Region(only));
        var settings = new UpSettings
        {
            Device = device,
            Key = file?.PrivateKey ?? state?.PrivateKey ?? throw CommandException.Config($"{device}: the interface has no private key; wg set {device} private-key FILE gives it one"),
            Peers = file?.Peers,
            ListenPort = file?.ListenPort ?? state?.ListenPort,
            Mtu = Mtu(device) ?? file?.Mtu ?? WireGuardConfig.DefaultMtu,
            Source = source,
            Region = region,
            Port = port,
            ControlPath = ControlPaths.For(device, line.GetValue(_control), environment.Variables),
        };
        var log = new AgentLog(environment.Out, line.GetValue(_json), environment.Time);
        await using var node = new AgentNode(settings, tool, log, environment.Time);
        log.Write(
            "started",
            $"{device}: node {settings.Key.Public.ToWireGuard()}, UDP port {node.Outer.IPv4?.LocalAddress.Port ?? node.Outer.IPv6!.LocalAddress.Port}, relay {source.Origin}",
            ("interface", device),
            ("node", settings.Key.Public.ToText()),
            ("relay", source.Origin));
        await node.RunAsync(stop);
        return ExitCode.Ok;
    }

    // The interface's own state, where it alone knows the key.
    private static async Task<WireGuardState> ReadAsync(WgTool tool, string device, bool hasFile, CancellationToken stop)
    {
        try
        {
            return await tool.ReadAsync(stop)
                ?? throw CommandException.Config(hasFile
                    ? $"{device}: the file has no PrivateKey, and there is no such interface to ask for it"
                    : $"--interface {device}: there is no such interface; wg-quick up {device} makes it");
        }
        catch (WireGuardException e)
        {
            throw e.Permission
                ? CommandException.NoPermission($"{e.Message}; run as root, or with CAP_NET_ADMIN, or give a wg-quick file", e)
                : CommandException.Unavailable(e.Message, e);
        }
    }

    private static int? Mtu(string device)
    {
        try
        {
            var properties = NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(n => n.Name == device)?.GetIPProperties();
            return properties?.GetIPv4Properties()?.Mtu is > 0 and var mtu ? mtu : null;
        }
        catch (NetworkInformationException)
        {
            return null;
        }
    }
}
