using System.Security.Cryptography;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;
using Relay.Testing;
using Relay.Testing.Namespaces;

namespace Relay.Region.Tests;

/// <summary>Several relayd processes in one region, with certificates of an authority of their own.</summary>
internal sealed class TestRegion : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("relay-region-").FullName;
    private readonly TestAuthority _authority;
    private readonly List<DerpNode> _nodes = [];
    private readonly List<RelayPlace> _places = [];
    private readonly List<RelaydProcess?> _relays = [];
    private string[] _flags = [];

    private TestRegion()
    {
        _authority = new TestAuthority(_folder);
        File.WriteAllText(MeshKeyFile, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
    }

    public string MeshKeyFile => Path.Combine(_folder, "mesh.key");

    public int Count => _nodes.Count;

    public RelaydProcess this[int relay] => _relays[relay] ?? throw new InvalidOperationException($"relay {relay} does not run");

    public IEnumerable<RelaydProcess> Running => _relays.OfType<RelaydProcess>();

    /// <summary>Starts <paramref name="count"/> relays that all have the same list of members, themselves among them, and these flags.</summary>
    public static Task<TestRegion> StartMeshAsync(int count, params string[] flags) => StartMeshAsync(null, count, flags);

    /// <summary>The same, each on a host of its own if there is an internet for them.</summary>
    public static async Task<TestRegion> StartMeshAsync(TestInternet? internet, int count, params string[] flags)
    {
        var region = await StartAsync(internet, count, places => ["--mesh-with", string.Join(',', places.Select((place, i) => $"{NameOf(i)}:{place.Listen.Port}/{place.Address}")), .. flags]);
        return await region.WhenAsync(
            async () => await region.SumAsync("relay_mesh_link_state{state=\"up\"}") == count * (count - 1)
                && await region.SumAsync("relay_mesh_link_state{state=\"self\"}") == count,
            "all links to be up");
    }

    /// <summary>The same with relays that find each other in Redis.</summary>
    public static async Task<TestRegion> StartClusterAsync(int count, string redis, TestInternet? internet = null)
    {
        var region = await StartAsync(internet, count, _ => ["--cluster", redis]);
        return await region.WhenAsync(async () => await region.SumAsync("relay_cluster_members") == count * count, "all relays to know each other");
    }

    /// <summary>Starts <paramref name="count"/> relays with these flags besides their own, and waits for nothing more.</summary>
    public static Task<TestRegion> StartAsync(int count, params string[] flags) => StartAsync(null, count, _ => flags);

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

    /// <summary>Cuts two relays, each on a host of its own, off from each other.</summary>
    public Task CutAsync(int relay, int other) => _places[relay].CutAsync(_places[other]);

    /// <summary>Undoes it.</summary>
    public Task MendAsync(int relay) => _places[relay].MendAsync();

    /// <summary>A metric over all relays that run.</summary>
    public async Task<double> SumAsync(string metric)
    {
        var sum = 0.0;
        foreach (var relay in Running) sum += (await relay.MetricsAsync()).Sum(metric);
        return sum;
    }

    /// <summary>Waits until all who are connected, at least <paramref name="keys"/>, stand in Redis.</summary>
    public Task WrittenAsync(int keys) => Eventually.True(
        async () => await SumAsync("relay_cluster_keys_here") >= keys && await SumAsync("relay_cluster_updates_waiting") == 0,
        "Redis to be told of all clients");

    /// <summary>What all relays wrote to standard error.</summary>
    public string Logs() => string.Join("\n", Running.Select((relay, i) => $"--- {i}\n{relay.Errors}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var relay in Running) await relay.DisposeAsync();
        foreach (var place in _places) await place.DisposeAsync();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string NameOf(int relay) => $"relay{relay}.test";

    private static async Task<TestRegion> StartAsync(TestInternet? internet, int count, Func<IReadOnlyList<RelayPlace>, string[]> flags)
    {
        var region = new TestRegion();
        for (var i = 0; i < count; i++)
        {
            var place = internet is null ? RelayPlace.OnLoopback() : await RelayPlace.OnHostOfItsOwnAsync(internet, i);
            region._places.Add(place);
            region._authority.Issue(NameOf(i));
            region._nodes.Add(new DerpNode { Name = $"n{i}", RegionID = 900, HostName = NameOf(i), IPv4 = "127.0.0.1", IPv6 = "none", DERPPort = place.ClientPort });
        }

        region._flags = flags(region._places);
        region._relays.AddRange(await Task.WhenAll(Enumerable.Range(0, count).Select(region.LaunchAsync)));
        return region;
    }

    private async Task<TestRegion> WhenAsync(Func<Task<bool>> ready, string what)
    {
        try
        {
            await Eventually.True(ready, what);
            return this;
        }
        catch (Exception e)
        {
            var logs = Logs();
            await DisposeAsync();
            throw new InvalidOperationException($"{e.Message}\n{logs}", e);
        }
    }

    private async Task<RelaydProcess> LaunchAsync(int relay)
    {
        string[] own =
        [
            "--tls", "files", "--cert-dir", _folder, "--hostname", NameOf(relay), "--node", $"n{relay}",
            "--key-file", Path.Combine(_folder, $"{relay}.key"), "--mesh-key-file", MeshKeyFile,
        ];
        return await RelaydProcess.StartAsync(
            _places[relay].Host, _places[relay].Listen, new Dictionary<string, string> { ["SSL_CERT_FILE"] = _authority.RootFile }, [.. own, .. _flags]);
    }
}
