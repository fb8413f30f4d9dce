using System.Net;
using System.Net.Sockets;

namespace Relay.Paths.PortMapping;

/// <summary>Finds where the router describes itself.</summary>
internal static class SsdpSearch
{
    private const string All = "ssdp:all";
    private const string Gateways = "urn:schemas-upnp-org:device:InternetGatewayDevice:1";

    private static readonly IPAddress Group = IPAddress.Parse("239.255.255.250");
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(500), Limit = TimeSpan.FromMilliseconds(1500);

    /// <summary>The location; null when the router says none within a second and a half.</summary>
    internal static async Task<Uri?> FindAsync(IPAddress router, PortMapperOptions options, CancellationToken stop)
    {
        if (GatewayFinder.LocalAddress(router, options) is not { } local) return null;
        using var socket = options.CreateSocket(SocketType.Dgram, ProtocolType.Udp);
        var (port, time) = (options.SsdpPort, options.TimeProvider);
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            socket.Bind(new IPEndPoint(local, 0));
            await SearchAsync(socket, router, port, either.Token).ConfigureAwait(false);
            var receiving = ReceiveAsync(socket, router, either.Token);
            if (await Task.WhenAny(receiving, Task.Delay(Again, time, either.Token)).ConfigureAwait(false) != receiving)
                await SearchAsync(socket, router, port, either.Token).ConfigureAwait(false);
            return await receiving.ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    // To the router itself first, so that firewalls on this machine expect its answer (spec/path-selection.md 6).
    private static async Task SearchAsync(Socket socket, IPAddress router, int port, CancellationToken stop)
    {
        foreach (var (to, kind) in new[] { (router, All), (Group, All), (Group, Gateways) })
        {
            var target = new IPEndPoint(to, port);
            try
            {
                await socket.SendToAsync(SsdpMessages.Search(target, kind), target, stop).ConfigureAwait(false);
            }
            catch (SocketException) when (to.Equals(Group))
            {
                // A network without multicast; the router was asked already.
            }
        }
    }

    private static async Task<Uri?> ReceiveAsync(Socket socket, IPAddress router, CancellationToken stop)
    {
        var buffer = new byte[2049];
        while (true)
        {
            var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), stop).ConfigureAwait(false);
            if (!((IPEndPoint)received.RemoteEndPoint).Address.Equals(router)) continue;
            if (SsdpMessages.ReadLocation(buffer.AsSpan(0, received.ReceivedBytes), router) is { } location) return location;
        }
    }
}
