using System.Net;
using System.Net.Sockets;
using Relay.Paths.PortMapping;
using Relay.Testing;
using Relay.Testing.Namespaces;

namespace Relay.Paths.Tests.PortMapping;

/// <summary>Against the real miniupnpd: a port outside is got, leads to us through a NAT that lets nobody in, and is given back.</summary>
public sealed class MiniupnpdTests
{
    [Theory]
    [InlineData("pcp")]
    [InlineData("upnp")]
    [InlineData("upnp-igd1")]
    public async Task Mapping_LeadsThroughTheNat_AndIsGivenBack(string services)
    {
        await using var internet = await TestInternet.CreateAsync();
        var outside = await internet.AddHostAsync("outside", "11.0.0.10/24");
        var site = await internet.AddSiteAsync(NatClass.Symmetric, 21);
        string[] settings = services switch
        {
            "pcp" => ["enable_natpmp=yes", "enable_upnp=no"],
            "upnp" => ["enable_natpmp=no", "enable_upnp=yes"],
            _ => ["enable_natpmp=no", "enable_upnp=yes", "force_igd_desc_v1=yes"],
        };
        using var daemon = await Miniupnpd.StartAsync(site, "11.0.0.21/24", settings);

        using var inside = site.Host.Make(() => Bound(new IPEndPoint(IPAddress.Any, 0)));
        var port = ((IPEndPoint)inside.LocalEndPoint!).Port;
        using var stranger = outside.Make(() => Bound(new IPEndPoint(IPAddress.Any, 0)));
        var got = await MapInAsync(site.Host, port, async mapping =>
        {
            await stranger.SendToAsync("hello"u8.ToArray(), mapping.External);
            var received = await Eventually.Done(inside.ReceiveFromAsync(new byte[16], new IPEndPoint(IPAddress.Any, 0)), "the stranger's packet");
            Assert.Equal("11.0.0.10", ((IPEndPoint)received.RemoteEndPoint).Address.ToString());
            Assert.Contains($"dport {mapping.External.Port}", await site.Router.RunAsync("nft", "list", "ruleset"), StringComparison.Ordinal);
        });
        Assert.Equal(services == "pcp" ? PortMappingProtocol.Pcp : PortMappingProtocol.Upnp, got.Protocol);
        Assert.Equal("11.0.0.21", got.External.Address.ToString());
        Assert.DoesNotContain($"dport {got.External.Port}", await site.Router.RunAsync("nft", "list", "ruleset"), StringComparison.Ordinal);
    }

    private static async Task<Paths.PortMapping.PortMapping> MapInAsync(
        NetworkNamespace host, int port, Func<Paths.PortMapping.PortMapping, Task> whileMapped)
    {
        var options = new PortMapperOptions
        {
            Gateway = IPAddress.Parse("10.21.0.1"),
            CreateSocket = (type, protocol) => host.Make(() => new Socket(AddressFamily.InterNetwork, type, protocol)),
        };
        await using var mapper = new PortMapper(port, options);
        await Eventually.True(() => mapper.Current is not null, "the mapping");
        var got = mapper.Current!;
        await whileMapped(got);
        return got;
    }

    private static Socket Bound(IPEndPoint at)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(at);
        return socket;
    }
}
