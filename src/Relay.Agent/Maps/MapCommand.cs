using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Relay.Agent.Commands;
using Relay.Client;
using Relay.Client.Measuring;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;

namespace Relay.Agent.Maps;

/// <summary><c>relay map</c>: looks at a relay and prints the DERP map that clients need.</summary>
internal sealed class MapCommand : AgentCommand
{
    private readonly Argument<string> _url = new("URL") { Description = "The relay, as https://host[:port], or http for one without TLS." };
    private readonly Option<string?> _pin = Options.Pin();
    private readonly Option<int> _stunPort = Options.StunPort();
    private readonly Option<int> _region = new("--region")
    {
        Description = "The id of the region to print; 900 to 999 are for private relays.",
        DefaultValueFactory = _ => 900,
        HelpName = "ID",
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = "derpmap (JSON, also for --map here), headscale (YAML for derp.paths), or tailscale (derpMap for the policy file).",
        DefaultValueFactory = _ => "derpmap",
        HelpName = "FORMAT",
    };

    public MapCommand() => _format.AcceptOnlyFromAmong("derpmap", "headscale", "tailscale");

    internal override Command Build() => new("map", "Look at a relay and print the DERP map for Headscale, Tailscale, or relay itself.")
    {
        _url, _pin, _stunPort, _region, _format,
    };

    internal override async Task<ExitCode> RunAsync(ParseResult line, AgentEnvironment environment, CancellationToken stop)
    {
        var region = line.GetValue(_region);
        if (region is < 1 or > 65535) throw CommandException.Usage($"--region {region}: expected 1 to 65535");
        var source = RelaySource.FromUrl(line.GetValue(_url)!, line.GetValue(_pin), line.GetValue(_stunPort));
        var given = source.Map.Regions.Values.Single().Nodes[0];
        var node = await PinAsync(source, given, environment, stop);
        node = await AddressAsync(node, environment, stop);
        node = await LookAsync(node, environment, stop) with { Name = $"{region}a", RegionID = region };
        var map = new DerpMap
        {
            Regions = { [region] = new DerpRegion { RegionID = region, RegionCode = $"r{region}", RegionName = node.HostName, Nodes = [node] } },
        };
        await environment.Out.WriteLineAsync(MapFormat.Write(map, line.GetValue(_format)!));
        return ExitCode.Ok;
    }

    /// <summary>A certificate that nobody vouches for is pinned, and the user is told to compare.</summary>
    private static async Task<DerpNode> PinAsync(RelaySource source, DerpNode node, AgentEnvironment environment, CancellationToken stop)
    {
        using var key = NodePrivateKey.Generate();
        var options = new RelayClientOptions { PrivateKey = key, UseEnvironmentProxy = true };
        try
        {
            await using var connection = await RelayConnection.ConnectAsync(source.Endpoint(node), options, stop);
            environment.Note(ConnectText.Reached(connection));
            return node;
        }
        catch (RelayException e) when (node.CertName is null && CanPin(e.Tls?.Fault, node))
        {
            var insecure = RelayEndpoint.FromNode(node with { InsecureForTests = true });
            await using var connection = await RelayConnection.ConnectAsync(insecure, options, stop);
            environment.Note(ConnectText.Reached(connection));
            var pin = $"sha256-raw:{connection.Tls!.Sha256}";
            await environment.Error.WriteLineAsync(
                $"relay: nobody vouches for this certificate, so the map pins it as seen now; compare {pin} with what relayd printed");
            return node with { CertName = pin };
        }
    }

    // A pinned certificate must still have the right name, unless the relay is known by its address.
    private static bool CanPin(CertificateFault? fault, DerpNode node) =>
        fault == CertificateFault.NotTrusted || (fault == CertificateFault.WrongName && IPAddress.TryParse(node.HostName, out _));

    // A name that a proxy knows need not mean anything here: then the map leaves the address to whoever reads it.
    private static async Task<DerpNode> AddressAsync(DerpNode node, AgentEnvironment environment, CancellationToken stop)
    {
        if (node.IPv4 is not null || node.IPv6 is not null) return node;
        var addresses = await NodeAddresses.ResolveAsync(node.HostName, environment.Time, stop);
        if (addresses.Count == 0) return node;
        return node with { IPv4 = First(AddressFamily.InterNetwork), IPv6 = First(AddressFamily.InterNetworkV6) };

        string First(AddressFamily family) => addresses.FirstOrDefault(a => a.AddressFamily == family)?.ToString() ?? "none";
    }

    private static async Task<DerpNode> LookAsync(DerpNode node, AgentEnvironment environment, CancellationToken stop)
    {
        var address = IPAddress.TryParse(node.IPv4, out var four) ? four : IPAddress.TryParse(node.IPv6, out var six) ? six : null;
        if (address is not null && node.EffectiveStunPort is { } port)
        {
            var server = new IPEndPoint(address, port);
            if (await new StunProbe(address.AddressFamily, environment.Time).AskAsync(server, stop) is null)
            {
                await environment.Error.WriteLineAsync(
                    $"relay: no STUN answer from {server} over UDP, so the map says there is none; see --stun-port");
                node = node with { STUNPort = -1 };
            }
        }

        var port80 = four is null
            ? Generate204.Answer.None
            : await Generate204.AskAsync(new IPEndPoint(four, 80), environment.Time, stop);
        return port80 == Generate204.Answer.Relay ? node with { CanPort80 = true } : node;
    }
}
