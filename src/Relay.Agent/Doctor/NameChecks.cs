using System.Net;
using System.Net.Sockets;
using Relay.Client.Measuring;

namespace Relay.Agent.Doctor;

/// <summary>What the name service says of the relay, against what the map says.</summary>
internal static class NameChecks
{
    private const string Check = "DNS";

    internal static async Task RunAsync(Examination on, CancellationToken stop)
    {
        var name = on.Node.HostName;
        if (IPAddress.TryParse(name, out _))
        {
            on.Skip(Check, $"the relay is known by its address");
            return;
        }

        var (four, six) = (Given(on.Node.IPv4, AddressFamily.InterNetwork), Given(on.Node.IPv6, AddressFamily.InterNetworkV6));
        var found = await NodeAddresses.ResolveAsync(name, on.Time, stop);
        if (found.Count == 0)
        {
            if (four is null && six is null)
                on.Fail(Check, $"{name} does not resolve", "give the name an A or AAAA record, or set IPv4 or IPv6 in the map");
            else
            {
                on.Warn(Check, $"{name} does not resolve; clients use the map's addresses",
                    "give the name an A or AAAA record: browsers, proxies and certificate authorities have no map");
            }

            return;
        }

        foreach (var given in new[] { four, six }.OfType<IPAddress>())
        {
            var named = found.Where(a => a.AddressFamily == given.AddressFamily).ToList();
            if (named.Count == 0 || named.Contains(given)) continue;
            on.Warn(Check, $"{name} is {string.Join(", ", named)}, the map says {given}",
                "clients go by the map, browsers by the name: correct the one that is out of date");
            return;
        }

        on.Ok(Check, $"{name} is {string.Join(", ", found)}");
    }

    private static IPAddress? Given(string? field, AddressFamily family) =>
        IPAddress.TryParse(field, out var address) && address.AddressFamily == family ? address : null;
}
