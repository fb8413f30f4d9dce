using System.Security.Cryptography;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;
using Relay.Testing;

namespace Relay.Region.Tests;

/// <summary>Several relayd processes in one region, with certificates of an authority of their own.</summary>
internal sealed class TestRegion : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("relay-region-").FullName;
    private readonly TestAuthority _authority;
    private readonly List<DerpNode> _nodes = [];
    private readonly List<RelaydProcess?> _relays = [];
    private readonly string[] _flags;

    private TestRegion(string[] flags)
    {
        (_authority, _flags) = (new TestAuthority(_folder), flags);
        File.WriteAllText(MeshKeyFile, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
    }

    public string MeshKeyFile => Path.Combine(_folder, "mesh.key");

    public int Count => _nodes.Count;

    public RelaydProcess this[int relay] => _relays[relay] ?? throw new InvalidOperationException($"relay {relay} does not run");

    public IEnumerable<RelaydProcess> Running => _relays.OfType<RelaydProcess>();

    /// <summary>Starts <paramref name="count"/> relays that all have the same list of members, themselves among them, and these flags.</summary>
    public static async Task<TestRegion> StartMeshAsync(int count, params string[] flags)
    {
        var ports = Enumerable.Range(0, count).Select(_ => FreePort.Tcp()).ToArray();
        var members = string.Join(',', ports.Select((port, i) => $"{NameOf(i)}:{port}/127.0.0.1"));
        var region = new TestRegion(["--mesh-with", members, .. flags]);
        await region.StartAsync(ports);
        await Eventually.True(
            async () => await region.SumAsync("relay_mesh_link_state{state=\"up\"}") == count * (count - 1)
                && await region.SumAsync("relay_mesh_link_state{state=\"self\"}") == count,
            "all links to be up");
        return region;
    }

    /// <summary>Starts <paramref name="count"/> relays with these flags besides their own.</summary>
    public static async Task<TestRegion> StartAsync(int count, params string[] flags)
    {
        var region = new TestRegion(flags);
        await region.StartAsync([.. Enumerable.Range(0, count).Select(_ => FreePort.Tcp())]);
        return region;
    }

    /// <summary>The region as a client has it in its map, its relays in an order that begins with this one.</summary>
    public RelayEndpoint EndpointFrom(int first) => RelayEndpoint.FromRegion(new DerpRegion
    {
        RegionID = 900,
        RegionCode = "test",
        Nodes = [.. _nodes[first..], .. _nodes[..first]],
    });

    /// <summary>One relay alone.</summary>
    public RelayEndpoint EndpointOf(int relay) => RelayEndpoint.FromNode(_nodes[relay]);

    public RelayClientOptions OptionsOf(NodePrivateKey key) => new() { PrivateKey = key, TrustedRoots = [_authority.Root], Transport = RelayTransport.Raw };

    /// <summary>Kills a relay at once.</summary>
    public async Task KillAsync(int relay)
    {
        var killed = this[relay];
        _relays[relay] = null;
        killed.Kill();
        await killed.DisposeAsync();
    }

    /// <summary>Stops a relay as a service manager does, and returns its exit code.</summary>
    public async Task<int> StopAsync(int relay)
    {
        var stopped = this[relay];
        await stopped.SignalAsync("TERM");
        var code = await stopped.ExitAsync();
        _relays[relay] = null;
        await stopped.DisposeAsync();
        return code;
    }

    /// <summary>Starts a relay that was killed or stopped, at its old place.</summary>
    public async Task RestartAsync(int relay) => _relays[relay] = await LaunchAsync(relay);

    /// <summary>A metric over all relays that run.</summary>
    public async Task<double> SumAsync(string metric)
    {
        var sum = 0.0;
        foreach (var relay in Running) sum += (await relay.MetricsAsync()).Sum(metric);
        return sum;
    }

    /// <summary>What all relays wrote to standard error.</summary>
    public string Logs() => string.Join("\n", Running.Select((relay, i) => $"--- {i}\n{relay.Errors}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var relay in Running) await relay.DisposeAsync();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string NameOf(int relay) => $"relay{relay}.test";

    private async Task StartAsync(int[] ports)
    {
        for (var i = 0; i < ports.Length; i++)
        {
            _authority.Issue(NameOf(i));
            _nodes.Add(new DerpNode { Name = $"n{i}", RegionID = 900, HostName = NameOf(i), IPv4 = "127.0.0.1", IPv6 = "none", DERPPort = ports[i] });
        }

        _relays.AddRange(await Task.WhenAll(Enumerable.Range(0, ports.Length).Select(LaunchAsync)));
    }

    private async Task<RelaydProcess> LaunchAsync(int relay)
    {
        string[] own =
        [
            "--tls", "files", "--cert-dir", _folder, "--hostname", NameOf(relay), "--node", $"n{relay}",
            "--key-file", Path.Combine(_folder, $"{relay}.key"), "--mesh-key-file", MeshKeyFile,
        ];
        return await RelaydProcess.StartAsync(
            _nodes[relay].EffectiveDerpPort, new Dictionary<string, string> { ["SSL_CERT_FILE"] = _authority.RootFile }, [.. own, .. _flags]);
    }
}
