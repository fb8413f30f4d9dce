using System.Net;
using System.Net.Sockets;
using Relay.Agent.Maps;
using Relay.Client;
using Relay.Client.Measuring;

namespace Relay.Agent.Doctor;

/// <summary>TCP and STUN on both families.</summary>
internal static class AddressChecks
{
    internal static async Task RunAsync(Examination on, CancellationToken stop)
    {
        var four = await FamilyAsync(on, AddressFamily.InterNetwork, "IPv4", on.Node.IPv4, stop);
        var six = await FamilyAsync(on, AddressFamily.InterNetworkV6, "IPv6", on.Node.IPv6, stop);
        if (four is null && six is null)
        {
            on.Fail("address", $"{on.Node.HostName} has no address",
                "give the name an A or AAAA record, or set IPv4 or IPv6 in the map");
        }
        else if (four is not true && six is not true)
            on.Fail("address", $"this machine has no way to {on.Node.HostName}", "connect it to a network, or try from a machine that is");
    }

    /// <summary>Null where the node has no address of the family, false where this machine has no way to it.</summary>
    private static async Task<bool?> FamilyAsync(Examination on, AddressFamily family, string name, string? field, CancellationToken stop)
    {
        var address = await NodeAddresses.FindAsync(on.Node, family, on.Time, stop);
        if (address is null)
        {
            if (field is null) on.Skip(name, $"no address in DNS");
            else if (field == "none") on.Skip(name, $"switched off in the map");
            else
            {
                on.Fail(name, $"the map says {field}, which is no {name} address",
                    $"write an {name} address, or none to switch {name} off");
            }

            return null;
        }

        // What this machine lacks is not the relay's failure.
        if (!LocalRoute.Exists(address))
        {
            on.Skip(name, $"this machine has no {name} to reach {address} by");
            return false;
        }

        if (!on.Node.STUNOnly) await ConnectAsync(on, name, address, stop);
        await StunAsync(on, name, address, stop);
        return true;
    }

    private static async Task ConnectAsync(Examination on, string family, IPAddress address, CancellationToken stop)
    {
        var check = $"TCP {family}";
        var target = new IPEndPoint(address, on.Node.EffectiveDerpPort);
        using var limit = new Deadline(Examination.Limit, on.Time, stop);
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var started = on.Time.GetTimestamp();
        try
        {
            await socket.ConnectAsync(target, limit.Token);
            on.Ok(check, $"{target} in {on.Time.GetElapsedTime(started).TotalMilliseconds:0.0} ms");
            on.Reached = true;
        }
        catch (SocketException e)
        {
            on.Fail(check, $"{target}: {e.SocketErrorCode}",
                $"let TCP port {target.Port} through the firewall, and see that relayd listens there");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            on.Fail(check, $"{target}: no answer within {Examination.Limit.TotalSeconds} s",
                $"let TCP port {target.Port} through the firewall");
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
        if (await new StunProbe(address.AddressFamily, on.Time).AskAsync(server, stop) is { } reply)
        {
            on.Ok(check, $"{reply.Mapped} seen, in {reply.Latency.TotalMilliseconds:0.0} ms");
            on.Reached |= on.Node.STUNOnly;
        }
        else if (on.Node.STUNOnly)
        {
            on.Fail(check, $"no answer from {server} over UDP",
                $"let UDP port {port} through, and see that relayd has --stun-listen: the node is for nothing else");
        }
        else
        {
            on.Warn(check, $"no answer from {server} over UDP",
                $"let UDP port {port} through; without STUN, clients find no direct paths by this relay");
        }
    }
}
