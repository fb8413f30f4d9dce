using Relay.Client.Dialing;
using Relay.Protocol.Map;

namespace Relay.Client;

/// <summary>
/// Where a relay is: one URL, or the nodes of a region in the order they are to be tried. Immutable.
/// </summary>
public sealed class RelayEndpoint
{
    private RelayEndpoint(IReadOnlyList<RelayTarget> targets) => Targets = targets;

    internal IReadOnlyList<RelayTarget> Targets { get; }

    /// <summary>
    /// A relay by URL: <c>https://host[:port][/path]</c>, or <c>http</c> for one without TLS. The path is <c>/derp</c> where none is given.
    /// </summary>
    /// <param name="url">The URL.</param>
    /// <param name="certName">
    /// What the certificate must be: another name, or <c>sha256-raw:</c> and the hex SHA-256 of the only certificate (a pin).
    /// Default: valid for the URL's host.
    /// </param>
    /// <param name="insecureForTests">Accept any certificate. For tests only.</param>
    /// <exception cref="FormatException">Not such a URL or pin; the message says what was expected.</exception>
    public static RelayEndpoint FromUrl(string url, string? certName = null, bool insecureForTests = false)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.Host.Length == 0)
            throw new FormatException($"'{url}' is no relay's URL; https://host[:port] was expected");
        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            throw new FormatException($"'https://{uri.Authority}' must be given without user, query and fragment; https://host[:port][/derp] was expected");

        return new RelayEndpoint([new RelayTarget
        {
            Host = uri.IdnHost,
            Port = uri.Port,
            HostHeader = uri.IsDefaultPort ? BracketHost(uri) : $"{BracketHost(uri)}:{uri.Port}",
            Path = uri.AbsolutePath is "/" ? "/derp" : uri.AbsolutePath,
            UseTls = uri.Scheme == "https",
            Certificate = CertificateRule.Parse(certName, insecureForTests),
            Name = uri.Authority,
        }]);
    }

    /// <summary>One node of a DERP map, whatever else its region has.</summary>
    /// <param name="node">The node. Its DERPPort is used over proxies and WebSocket too.</param>
    /// <param name="plainHttp">The relay speaks HTTP without TLS on that port. For tests and development.</param>
    /// <exception cref="FormatException">The node has a pin or a port that cannot be, or is for STUN only.</exception>
    public static RelayEndpoint FromNode(DerpNode node, bool plainHttp = false)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.STUNOnly) throw new FormatException($"node {node.Name} is for STUN only; a node that relays was expected");
        return new RelayEndpoint([ToTarget(node, null, plainHttp)]);
    }

    /// <summary>A region of a DERP map: its nodes are tried in order, without those for STUN only.</summary>
    /// <param name="region">The region.</param>
    /// <param name="plainHttp">The relays speak HTTP without TLS. For tests and development.</param>
    /// <exception cref="FormatException">No node relays, or a node has a pin or a port that cannot be.</exception>
    public static RelayEndpoint FromRegion(DerpRegion region, bool plainHttp = false)
    {
        ArgumentNullException.ThrowIfNull(region);
        var ideal = region.Nodes.Count > 0 ? region.Nodes[0].Name : "";
        var targets = region.Nodes.Where(n => !n.STUNOnly).Select(n => ToTarget(n, ideal, plainHttp)).ToArray();
        if (targets.Length == 0) throw new FormatException($"region {region.RegionID} has no node that relays; at least one without STUNOnly was expected");
        return new RelayEndpoint(targets);
    }

    /// <summary>The same, with the node of this name tried after all others.</summary>
    internal RelayEndpoint WithLast(string name) => new([.. Targets.OrderBy(target => target.Name == name)]);

    /// <summary>The region's first node alone; null where the one of this name is it, or the first does not relay.</summary>
    internal RelayEndpoint? FirstBefore(string name) => Targets[0] is { IdealNode: null } first && first.Name != name ? new([first]) : null;

    /// <summary>The host names, for messages.</summary>
    public override string ToString() => string.Join(", ", Targets.Select(t => t.Name));

    private static RelayTarget ToTarget(DerpNode node, string? ideal, bool plainHttp)
    {
        if (node.EffectiveDerpPort is < 1 or > 65535)
            throw new FormatException($"node {node.Name} has DERPPort {node.DERPPort}; 0 (for 443) to 65535 was expected");
        if (Uri.CheckHostName(node.HostName) == UriHostNameType.Unknown)
            throw new FormatException($"node {node.Name} has HostName '{RelayText.Printable(node.HostName)}'; a DNS name or an address was expected");
        var host = node.HostName.Contains(':', StringComparison.Ordinal) ? $"[{node.HostName}]" : node.HostName;
        return new RelayTarget
        {
            Host = node.HostName,
            Port = node.EffectiveDerpPort,
            HostHeader = host, // without a port, whatever DERPPort says (spec/derp.md 5.1)
            Path = "/derp",
            UseTls = !plainHttp,
            Certificate = CertificateRule.Parse(node.CertName, node.InsecureForTests),
            IPv4 = node.IPv4 ?? "",
            IPv6 = node.IPv6 ?? "",
            IdealNode = ideal is { Length: > 0 } && ideal != node.Name && IsHeaderText(ideal) ? ideal : null,
            IsNode = true,
            Name = node.EffectiveDerpPort == 443 ? node.HostName : $"{host}:{node.EffectiveDerpPort}",
        };
    }

    private static bool IsHeaderText(string text) => text.All(c => c is > ' ' and < (char)127);

    private static string BracketHost(Uri uri) => uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost.Trim('[', ']')}]" : uri.IdnHost;
}
