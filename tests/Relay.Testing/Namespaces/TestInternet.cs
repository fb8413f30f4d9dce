namespace Relay.Testing.Namespaces;

/// <summary>
/// A small internet, 203.0.113.0/24 and 2001:db8::/64: a switch that public hosts and routers are plugged into.
/// </summary>
public sealed class TestInternet : IAsyncDisposable
{
    private readonly NetworkNamespace _switch;
    private readonly List<NetworkNamespace> _plugged = [];

    private TestInternet(NetworkNamespace @switch) => _switch = @switch;

    /// <summary>Makes one with nobody in it.</summary>
    public static async Task<TestInternet> CreateAsync()
    {
        Requires.Tool("nft");
        Requires.Tool("conntrack");
        var made = new TestInternet(await NetworkNamespace.CreateAsync("inet"));
        await made._switch.RunAsync("ip", "link", "add", "br0", "type", "bridge");
        await made._switch.RunAsync("ip", "link", "set", "br0", "up");
        return made;
    }

    /// <summary>Plugs in a host with these public addresses (with their prefix) on its interface <c>wan</c>.</summary>
    public async Task<NetworkNamespace> AddHostAsync(string role, params string[] addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        var host = await NetworkNamespace.CreateAsync(role);
        int number;
        lock (_plugged)
        {
            _plugged.Add(host);
            number = _plugged.Count;
        }

        var port = $"port{number}";
        await _switch.ConnectAsync(port, host, "wan");
        await _switch.RunAsync("ip", "link", "set", port, "master", "br0");
        foreach (var address in addresses) await host.AddAddressAsync("wan", address);
        return host;
    }

    /// <summary>
    /// Plugs in a router with the public address 203.0.113.<paramref name="number"/>, and behind it a host with
    /// 10.<paramref name="number"/>.0.2.
    /// </summary>
    public async Task<NatSite> AddSiteAsync(NatClass nat, int number)
    {
        var router = await AddHostAsync($"router{number}", $"203.0.113.{number}/24");
        var host = await NetworkNamespace.CreateAsync($"host{number}");
        lock (_plugged) _plugged.Add(host);
        await router.ConnectAsync("lan", host, "eth0");
        await router.AddAddressAsync("lan", $"10.{number}.0.1/24");
        await host.AddAddressAsync("eth0", $"10.{number}.0.2/24");
        await host.AddDefaultRouteAsync($"10.{number}.0.1");
        await router.ForwardAsync();
        var site = new NatSite(router, host, $"203.0.113.{number}");
        await site.SetAsync(nat);
        return site;
    }

    /// <summary>
    /// Puts one more host behind a router (or a host that forwards), in a network of its own: <paramref name="network"/> and
    /// <c>.2</c>, by its interface <c>eth0</c>.
    /// </summary>
    /// <param name="router">The router.</param>
    /// <param name="role">What it stands for.</param>
    /// <param name="cable">The number of the router's interface, <c>lan1</c> for 1.</param>
    /// <param name="network">Three numbers, such as <c>10.50.0</c>.</param>
    public async Task<NetworkNamespace> AddHostBehindAsync(NetworkNamespace router, string role, int cable, string network)
    {
        ArgumentNullException.ThrowIfNull(router);
        var host = await NetworkNamespace.CreateAsync(role);
        lock (_plugged) _plugged.Add(host);
        await router.ConnectAsync($"lan{cable}", host, "eth0");
        await router.AddAddressAsync($"lan{cable}", $"{network}.1/24");
        await host.AddAddressAsync("eth0", $"{network}.2/24");
        await host.AddDefaultRouteAsync($"{network}.1");
        return host;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var plugged in _plugged) await plugged.DisposeAsync();
        await _switch.DisposeAsync();
    }
}
