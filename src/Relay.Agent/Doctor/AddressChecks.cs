using System.Net;
using System.Net.Sockets;
using Relay.Agent.Maps;
using Relay.Agent.Netcheck;

namespace Relay.Agent.Doctor;

/// <summary>DNS, TCP and STUN on both families.</summary>
internal static class AddressChecks
{
    internal static async Task RunAsync(Examination on, CancellationToken stop)
    {
        var found = 0;
        foreach (var (family, name, field) in new[] { (AddressFamily.InterNetwork, "IPv4", on.Node.IPv4), (AddressFamily.InterNetworkV6, "IPv6", on.Node.IPv6) })
        {
            var address = await NodeAddresses.FindAsync(on.Node, family, stop);
            if (address is null)
            {
                if (field is null or "none") on.Skip(name, $"{(field is null ? "no address in DNS" : "switched off in the map")}");
                else on.Fail(name, $"the map says {field}, which is no {name} address", $"write an {name} address, or none to switch {name} off");
                continue;
            }

            found++;
            await ConnectAsync(on, name, address, stop);
            await StunAsync(on, name, address, stop);
        }

        if (found == 0) on.Fail("address", $"{on.Node.HostName} has no address", "give the name an A or AAAA record, or set IPv4 or IPv6 in the map");
    }

    private static async Task ConnectAsync(Examination on, string family, IPAddress address, CancellationToken stop)
    {
        var check = $"TCP {family}";
        var target = new IPEndPoint(address, on.Node.EffectiveDerpPort);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Examination.Deadline);
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var started = on.Time.GetTimestamp();
        try
        {
            await socket.ConnectAsync(target, limit.Token);
            on.Ok(check, $"{target} in {on.Time.GetElapsedTime(started).TotalMilliseconds:0.0} ms");
        }
        catch (SocketException e)
        {
            on.Fail(check, $"{target}: {e.SocketErrorCode}", $"let TCP port {target.Port} through the firewall, and see that relayd listens there");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            on.Fail(check, $"{target}: no answer within {Examination.Deadline.TotalSeconds} s", $"let TCP port {target.Port} through the firewall");
        }
    }

    private static async Task StunAsync(Examination on, string family, IPAddress address, CancellationToken stop)
    {
        var check = $"STUN {family}";
        if (on.Node.EffectiveStunPort is not { } port)
        {
            on.Skip(check, $"the map says there is none");
            return;
        }

        var server = new IPEndPoint(address, port);
        var replies = await new StunProbe(address.AddressFamily, on.Time).RunAsync([server], stop);
        if (replies.TryGetValue(server, out var reply)) on.Ok(check, $"{reply.Mapped} seen, in {reply.Latency.TotalMilliseconds:0.0} ms");
        else on.Warn(check, $"no answer from {server} over UDP", $"let UDP port {port} through; without STUN, clients find no direct paths by this relay");
    }
}
