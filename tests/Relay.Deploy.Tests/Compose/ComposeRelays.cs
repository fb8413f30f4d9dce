using System.Net;
using Relay.Client;
using Relay.Deploy.Tests.Monitoring;
using Relay.Protocol.Map;
using Relay.Testing;

namespace Relay.Deploy.Tests.Compose;

/// <summary>
/// The relays of a compose project as processes on loopback, each with the environment that its service has. What is a
/// container's there is translated: addresses and ports, names of services, places of files.
/// </summary>
internal sealed class ComposeRelays : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-region-");
    private readonly MeshKeyFile _meshKey = new();
    private readonly List<RelaydProcess> _relays = [];
    private readonly string _name;
    private readonly LoopbackCertificate _certificate;

    private ComposeRelays(string name)
    {
        (_name, _certificate) = (name, LoopbackCertificate.Make(name));
        _certificate.Write(_folder.FullName, name);
    }

    internal IReadOnlyList<RelaydProcess> All => _relays;

    /// <summary>Where Prometheus finds them.</summary>
    internal IPEndPoint[] Admin => [.. _relays.Select(relay => relay.AdminEndPoint)];

    internal static async Task<ComposeRelays> StartAsync(ComposeProject project, Uri? redis)
    {
        var services = project.Relays.ToDictionary(service => service, project.Environment);
        var relays = new ComposeRelays(services.First().Value["RELAYD_HOSTNAME"]);
        var ports = services.ToDictionary(s => PortOf(s.Value), _ => FreePort.Tcp());
        foreach (var environment in services.Values)
        {
            var here = relays.Translate(environment, ports, redis);
            relays._relays.Add(await RelaydProcess.StartAsync(ports[PortOf(environment)], here));
        }

        return relays;
    }

    /// <summary>A relay as a client's map has it.</summary>
    internal RelayEndpoint EndpointOf(int relay) => RelayEndpoint.FromNode(new DerpNode
    {
        Name = $"n{relay}",
        HostName = _name,
        CertName = _relays[relay].Pin ?? _certificate.Pin,
        IPv4 = "127.0.0.1",
        IPv6 = "none",
        DERPPort = _relays[relay].Port,
    });

    /// <summary>A metric over all of them.</summary>
    internal async Task<double> SumAsync(string metric)
    {
        var all = await Task.WhenAll(_relays.Select(relay => relay.MetricsAsync()));
        return all.Sum(metrics => metrics.Sum(metric));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var relay in _relays) await relay.DisposeAsync();
        _meshKey.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string PortOf(Dictionary<string, string> environment) => environment.GetValueOrDefault("RELAYD_LISTEN", "443").Split(':')[^1];

    private Dictionary<string, string> Translate(Dictionary<string, string> environment, Dictionary<string, int> ports, Uri? redis)
    {
        var here = environment.Where(e => !e.Key.EndsWith("LISTEN", StringComparison.Ordinal)).ToDictionary();
        here["RELAYD_MESH_KEY_FILE"] = _meshKey.Path;
        if (environment["RELAYD_CERT_DIR"] == "/certs") here["RELAYD_CERT_DIR"] = _folder.FullName;
        else here.Remove("RELAYD_CERT_DIR"); // a folder of its own, as each container has
        here["RELAYD_MESH_WITH"] = string.Join(',', environment["RELAYD_MESH_WITH"].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(member =>
        {
            // HOST:PORT/SERVICE, and, as this certificate is nobody's, its pin.
            var parts = member.Split(':', '/');
            return $"{parts[0]}:{ports[parts[1]]}/127.0.0.1#{_certificate.Pin}";
        }));
        if (environment["RELAYD_CLUSTER"].Length > 0) here["RELAYD_CLUSTER"] = $"{redis}";
        return here;
    }
}
