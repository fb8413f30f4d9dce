namespace Relay.Testing.Namespaces;

/// <summary>
/// The real miniupnpd on a site's router: NAT-PMP, PCP and UPnP. It ends with its router, or at the latest with the test.
/// </summary>
public sealed class Miniupnpd : IDisposable
{
    private readonly string _config = Path.GetTempFileName();

    private Miniupnpd()
    {
    }

    /// <summary>
    /// Starts it. It lasts until the site's NAT is set anew. It opens ports only at an address that is public as it sees it, which no address for documentation is: the
    /// router gets <paramref name="publicAddress"/> (with its prefix) besides its own.
    /// </summary>
    /// <param name="site">Whose router.</param>
    /// <param name="publicAddress">Such as <c>11.0.0.21/24</c>.</param>
    /// <param name="settings">Lines of its configuration, besides what it takes to run; see miniupnpd(8).</param>
    public static async Task<Miniupnpd> StartAsync(NatSite site, string publicAddress, params string[] settings)
    {
        ArgumentNullException.ThrowIfNull(site);
        Requires.Tool("miniupnpd");
        var daemon = new Miniupnpd();
        await site.Router.AddAddressAsync("wan", publicAddress);
        await site.Router.AddRulesAsync(Chains);
        await File.WriteAllLinesAsync(daemon._config,
        [
            "ext_ifname=wan", $"ext_ip={publicAddress.Split('/')[0]}", "listening_ip=lan", "secure_mode=yes",
            "uuid=00000000-0000-4000-8000-000000000001",
            "allow 1024-65535 10.0.0.0/8 1024-65535", "deny 0-65535 0.0.0.0/0 0-65535",
            .. settings,
        ]);
        var process = site.Router.Start("miniupnpd", "-d", "-f", daemon._config, "-P", daemon._config + ".pid");
        var last = settings.Contains("enable_natpmp=yes") ? "NAT-PMP/PCP traffic" : "HTTP listening";
        await Eventually.Done(ReadyAsync(process.StandardError, last), "miniupnpd to listen");
        _ = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        return daemon;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(_config);
        File.Delete(_config + ".pid");
    }

    private static async Task ReadyAsync(StreamReader log, string last)
    {
        while (await log.ReadLineAsync() is { } line)
        {
            if (line.Contains(last, StringComparison.Ordinal)) return;
        }

        throw new InvalidOperationException("miniupnpd ended");
    }

    // What it accepts, the NAT's own filter, which comes later, is to accept as well: all else is marked for it.
    private const string Chains = """
        table inet filter {
          chain miniupnpd {
          }
          chain prerouting_miniupnpd {
          }
          chain postrouting_miniupnpd {
          }
          chain forward {
            type filter hook forward priority -10; policy accept;
            jump miniupnpd
            iifname "wan" meta mark set 0x77
          }
          chain prerouting {
            type nat hook prerouting priority dstnat; policy accept;
            jump prerouting_miniupnpd
          }
          chain postrouting {
            type nat hook postrouting priority srcnat; policy accept;
            jump postrouting_miniupnpd
          }
        }
        add table ip filter
        add chain ip filter forward { type filter hook forward priority 0; policy accept; }
        insert rule ip filter forward iifname "wan" meta mark != 0x77 accept

        """;
}
