using System.Net;
using System.Text.Json;
using Relay.Protocol.Map;
using Relay.Stun;
using Relay.Stun.Udp;
using Relay.Testing;
using Relay.Testing.Namespaces;

namespace Relay.Agent.Tests.Netcheck;

/// <summary>
/// The real <c>relay netcheck</c>, as a process behind each class of NAT: it finds out what the NAT is. A router has a second or two
/// to answer, and the process starts cold meanwhile: no other test may run beside these.
/// </summary>
[Collection(nameof(NetcheckNatTests))]
[CollectionDefinition(nameof(NetcheckNatTests), DisableParallelization = true)]
public sealed class NetcheckNatTests
{
    private static readonly string[] Addresses = ["203.0.113.10:3478", "203.0.113.10:3479", "203.0.113.11:3478", "203.0.113.11:3479"];

    [Fact]
    public async Task EachClassOfNat_IsNamed()
    {
        await using var internet = await TestInternet.CreateAsync();
        var server = await internet.AddHostAsync("server", "203.0.113.10/24", "203.0.113.11/24");
        await using var stun = await ServeAsync(server);
        using var map = Map();
        var seen = new List<Task<(NatClass, string?, string?)>>();
        foreach (var nat in Enum.GetValues<NatClass>().Except([NatClass.UdpBlocked]))
        {
            var site = await internet.AddSiteAsync(nat, 21 + (int)nat);
            seen.Add(Task.Run(async () =>
            {
                var report = await CheckAsync(site.Host, map);
                var behaviour = report.GetProperty("nat");
                Assert.True(behaviour.GetProperty("present").GetBoolean());
                Assert.StartsWith(site.PublicAddress + ":", report.GetProperty("mapped4").GetString(), StringComparison.Ordinal);
                Assert.Equal($"10.{21 + (int)nat}.0.1", report.GetProperty("port_mapping").GetProperty("gateway").GetString());
                var mapping = behaviour.GetProperty("mapping").GetString();
                Assert.Equal(mapping != "endpoint_independent", report.GetProperty("mapping_varies_by_destination").GetBoolean());
                return (nat, mapping, behaviour.GetProperty("filtering").GetString());
            }));
        }

        const string Any = "endpoint_independent", Host = "address_dependent", Port = "address_and_port_dependent";
        Assert.Equal(
        [
            (NatClass.FullCone, Any, Any),
            (NatClass.RestrictedCone, Any, Host),
            (NatClass.PortRestrictedCone, Any, Port),
            (NatClass.Masquerade, Any, Port),
            (NatClass.AddressDependent, Host, Port),
            (NatClass.Symmetric, Port, Port),
        ], await Task.WhenAll(seen));
    }

    [Fact]
    public async Task PublicHost_HasNoNat()
    {
        await using var internet = await TestInternet.CreateAsync();
        var server = await internet.AddHostAsync("server", "203.0.113.10/24", "203.0.113.11/24");
        var host = await internet.AddHostAsync("host", "203.0.113.99/24");
        await using var stun = await ServeAsync(server);
        using var map = Map();
        var report = await CheckAsync(host, map);
        Assert.False(report.GetProperty("nat").GetProperty("present").GetBoolean());
        Assert.Equal("endpoint_independent", report.GetProperty("nat").GetProperty("filtering").GetString());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("port_mapping").GetProperty("gateway").ValueKind);
    }

    [Fact]
    public async Task BlockedUdp_AndARouterThatOpensPorts_AreNamed()
    {
        await using var internet = await TestInternet.CreateAsync();
        var site = await internet.AddSiteAsync(NatClass.UdpBlocked, 21);
        using var daemon = await Miniupnpd.StartAsync(site, "11.0.0.21/24", "enable_natpmp=yes", "enable_upnp=yes");
        using var map = Map();
        var report = await CheckAsync(site.Host, map, answers: false);
        Assert.False(report.GetProperty("udp4").GetBoolean());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("nat").ValueKind);
        var router = report.GetProperty("port_mapping");
        foreach (var service in new[] { "nat_pmp", "pcp", "upnp" }) Assert.True(router.GetProperty(service).GetBoolean(), service);
        Assert.Equal(("10.21.0.1", "11.0.0.21"), (router.GetProperty("gateway").GetString(), router.GetProperty("external").GetString()));
    }

    private static async Task<StunResponder> ServeAsync(NetworkNamespace server)
    {
        var responder = new StunResponder(new() { CreateSocket = family => server.Make(() => StunSockets.Create(family)) });
        await responder.StartAsync([.. Addresses.Select(IPEndPoint.Parse)]);
        return responder;
    }

    private static MapText Map() => new(
        [new DerpNode { HostName = "203.0.113.10", IPv4 = "203.0.113.10", IPv6 = "none", STUNOnly = true }]);

    private static async Task<JsonElement> CheckAsync(NetworkNamespace at, MapText map, bool answers = true)
    {
        var process = at.Start("dotnet", Path.Combine(AppContext.BaseDirectory, "relay.dll"), "netcheck", "--map", map.Path, "--json");
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Eventually.Done(process.WaitForExitAsync(), "netcheck to end", TimeSpan.FromSeconds(60));
        Assert.Equal(answers ? (0, "") : (69, $"relay: {map.Path}: no region answered; relay doctor looks for the cause\n"), (process.ExitCode, await errors));
        using var json = JsonDocument.Parse(await output);
        return json.RootElement.Clone();
    }
}
