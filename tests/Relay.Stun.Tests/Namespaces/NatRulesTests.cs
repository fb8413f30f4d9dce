using System.Net;
using System.Net.Sockets;
using Relay.Testing;
using Relay.Testing.Namespaces;

namespace Relay.Stun.Tests.Namespaces;

/// <summary>Each class of NAT that tests put hosts behind behaves as it is named: seen with plain sockets, no code of the product.</summary>
public sealed class NatRulesTests
{
    private static readonly IPEndPoint[] Places =
        [IPEndPoint.Parse("203.0.113.10:3478"), IPEndPoint.Parse("203.0.113.10:3479"), IPEndPoint.Parse("203.0.113.11:3478")];

    [Fact]
    public async Task EachClass_MapsAndFiltersAsNamed()
    {
        await using var internet = await TestInternet.CreateAsync();
        var host = await internet.AddHostAsync("server", "203.0.113.10/24", "203.0.113.11/24");
        var site = await internet.AddSiteAsync(NatClass.FullCone, 21);
        Socket[] servers = [.. Places.Select(p => host.Make(() => Bound(p)))];
        try
        {
            var seen = new List<(NatClass, string, string)>();
            foreach (var nat in Enum.GetValues<NatClass>().Except([NatClass.UdpBlocked]))
            {
                await site.SetAsync(nat);
                seen.Add((nat, await MappingAsync(site, servers), await FilteringAsync(site, servers)));
            }

            Assert.Equal(
            [
                (NatClass.FullCone, "any", "any"),
                (NatClass.RestrictedCone, "any", "address"),
                (NatClass.PortRestrictedCone, "any", "port"),
                (NatClass.Masquerade, "any", "port"),
                (NatClass.AddressDependent, "address", "port"),
                (NatClass.Symmetric, "port", "port"),
            ], seen);

            using var client = site.Host.Make(() => Bound(new IPEndPoint(IPAddress.Any, 0)));
            await site.SetAsync(NatClass.UdpBlocked);
            await client.SendToAsync(new byte[] { 1 }, Places[0]);
            await site.SetAsync(NatClass.FullCone);
            await client.SendToAsync(new byte[] { 2 }, Places[0]);
            Assert.Equal(2, (await ReceiveAsync(servers[0])).Byte);
        }
        finally
        {
            foreach (var server in servers) server.Dispose();
        }
    }

    private static async Task<string> MappingAsync(NatSite site, Socket[] servers)
    {
        using var client = site.Host.Make(() => Bound(new IPEndPoint(IPAddress.Any, 0)));
        var seen = new List<IPEndPoint>();
        foreach (var server in servers)
        {
            await client.SendToAsync(new byte[1], server.LocalEndPoint!);
            seen.Add((await ReceiveAsync(server)).From);
        }

        Assert.All(seen, s => Assert.Equal(site.PublicAddress, s.Address.ToString()));
        return seen[0].Equals(seen[2]) ? "any" : seen[0].Equals(seen[1]) ? "address" : "port";
    }

    private static async Task<string> FilteringAsync(NatSite site, Socket[] servers)
    {
        using var client = site.Host.Make(() => Bound(new IPEndPoint(IPAddress.Any, 0)));
        await client.SendToAsync(new byte[1], servers[0].LocalEndPoint!);
        var outside = (await ReceiveAsync(servers[0])).From;

        // The one that gets through in any case goes last: what has not come before it was filtered.
        var came = new HashSet<int>();
        for (var round = 0; round < 3; round++)
        {
            foreach (var i in new byte[] { 2, 1, 0 }) await servers[i].SendToAsync(new[] { i }, outside);
            byte who;
            do came.Add(who = (await ReceiveAsync(client)).Byte);
            while (who != 0);
        }

        return came.Contains(2) ? "any" : came.Contains(1) ? "address" : "port";
    }

    private static Socket Bound(IPEndPoint at)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(at);
        return socket;
    }

    private static async Task<(IPEndPoint From, byte Byte)> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[16];
        var any = new IPEndPoint(IPAddress.Any, 0);
        var received = await Eventually.Done(socket.ReceiveFromAsync(buffer, any), $"a datagram at {socket.LocalEndPoint}");
        return ((IPEndPoint)received.RemoteEndPoint, buffer[0]);
    }
}
