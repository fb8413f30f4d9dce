namespace Relay.Testing.Namespaces;

/// <summary>
/// The nftables rules of each class of NAT, for a router whose interfaces are called <c>wan</c> and <c>lan</c>. Each
/// behaves as named when seen from a host behind it; a test holds them to that.
/// </summary>
public static class NatRules
{
    // What a home router does to strangers. Without it a peer's early packet makes a flow to the router itself, whose
    // port is then taken, and masquerading has to choose another: it would behave as if it were symmetric.
    private const string Guard = """
        table ip guard {
          chain input {
            type filter hook input priority 0; policy accept;
            iifname "wan" ct state established,related accept
            iifname "wan" drop
          }
        }

        """;

    private const string ForwardAnswersOnly = """
        table ip filter {
          chain forward {
            type filter hook forward priority 0; policy accept;
            iifname "wan" ct state established,related accept
            iifname "wan" drop
          }
        }

        """;

    /// <summary>The rules for a router with this address outside, where mappings live for so many seconds.</summary>
    public static string Of(NatClass nat, string wan, int lifetime = 60) => Guard + nat switch
    {
        NatClass.FullCone => Cone(wan, lifetime),
        NatClass.RestrictedCone => Cone(wan, lifetime) + ForwardFromAskedAddresses(lifetime),
        NatClass.PortRestrictedCone => Cone(wan, lifetime) + ForwardAnswersOnly,
        NatClass.Masquerade => Leaving("masquerade") + ForwardAnswersOnly,
        NatClass.AddressDependent => Leaving(
            $"meta l4proto udp snat to {wan} : jhash ip saddr . udp sport . ip daddr mod 20000 seed 7 offset 30000", $"snat to {wan}")
            + ForwardAnswersOnly,
        NatClass.Symmetric => Leaving("meta l4proto udp masquerade fully-random", "masquerade") + ForwardAnswersOnly,
        _ => Leaving("masquerade") + """
            table ip filter {
              chain forward {
                type filter hook forward priority 0; policy accept;
                meta l4proto udp drop
              }
            }

            """,
    };

    private static string Leaving(params string[] rules) => $$"""
        table ip nat {
          chain leaving {
            type nat hook postrouting priority srcnat;
            {{string.Join("\n    ", rules.Select(r => $"oifname \"wan\" {r}"))}}
          }
        }

        """;

    // One host behind it is assumed: the port outside is the port inside.
    private static string Cone(string wan, int lifetime) => $$"""
        table ip nat {
          map mappings {
            type inet_service : ipv4_addr . inet_service; flags dynamic,timeout; timeout {{lifetime}}s;
          }
          chain arriving {
            type nat hook prerouting priority dstnat;
            iifname "wan" meta l4proto udp dnat ip to udp dport map @mappings
          }
          chain leaving {
            type nat hook postrouting priority srcnat;
            oifname "wan" meta l4proto udp update @mappings { udp sport timeout {{lifetime}}s : ip saddr . udp sport }
            oifname "wan" snat to {{wan}}
          }
        }

        """;

    private static string ForwardFromAskedAddresses(int lifetime) => $$"""
        table ip filter {
          set asked {
            type ipv4_addr . inet_service . ipv4_addr; flags dynamic,timeout; timeout {{lifetime}}s;
          }
          chain forward {
            type filter hook forward priority 0; policy accept;
            oifname "wan" meta l4proto udp update @asked { ip saddr . udp sport . ip daddr timeout {{lifetime}}s } accept
            iifname "wan" ct state established,related accept
            iifname "wan" meta l4proto udp ip daddr . udp dport . ip saddr @asked accept
            iifname "wan" drop
          }
        }

        """;
}
