using Relay.Testing.Namespaces;

namespace Relay.NatLab.Tests.Lab;

/// <summary>What can happen to a network while it is used.</summary>
internal static class LabRules
{
    /// <summary>All UDP to and from an address vanishes.</summary>
    internal static Task CutAsync(this NetworkNamespace router, string address) => AddAsync(router, "cut", $"""
        ip daddr {address} meta l4proto udp drop
        ip saddr {address} meta l4proto udp drop
        """);

    /// <summary>WireGuard's data vanishes, everything else passes: probes are answered.</summary>
    internal static Task EatDataAsync(this NetworkNamespace router) => AddAsync(router, "eat", "meta l4proto udp @th,64,32 0x04000000 drop");

    /// <summary>UDP packets longer than this vanish: a tunnel on the way, whose end sends no word.</summary>
    internal static Task EatLargeAsync(this NetworkNamespace router, int length) => AddAsync(router, "large", $"meta l4proto udp meta length > {length} drop");

    /// <summary>A cone lets those behind it reach each other by its public address.</summary>
    internal static Task HairpinAsync(this NetworkNamespace router, string address) => router.AddRulesAsync($$"""
        table ip nat {
          chain turning {
            type nat hook prerouting priority dstnat;
            iifname "lan*" ip daddr {{address}} meta l4proto udp dnat ip to udp dport map @mappings
          }
          chain turned {
            type nat hook postrouting priority srcnat;
            ip saddr 10.0.0.0/8 oifname "lan*" ct status dnat snat to {{address}}
          }
        }

        """);

    internal static Task MendAsync(this NetworkNamespace router, string name) => router.RunAsync("nft", "delete", "table", "ip", name);

    private static async Task AddAsync(NetworkNamespace router, string name, string rules)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, $"table ip {name} {{\nchain forward {{\ntype filter hook forward priority -10; policy accept;\n{rules}\n}}\n}}\n");
            await router.RunAsync("nft", "-f", file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
