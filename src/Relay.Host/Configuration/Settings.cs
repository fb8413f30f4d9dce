using System.Collections.Immutable;
using System.Net;
using Relay.Host.Configuration.Formats;
using Relay.Stun.Answers;

namespace Relay.Host.Configuration;

/// <summary>Every setting there is. To add one, add it here, to <see cref="RelaydOptions"/> and to <see cref="OptionsBinder"/>.</summary>
internal static class Settings
{
    /// <summary>Read when nobody names a file, if it is there, and not with <c>--dev</c>.</summary>
    internal const string DefaultConfigFile = "/etc/relayd/relayd.json";

    internal static readonly Setting<bool> Dev = new("dev", "", SettingGroup.Start, ChoiceFormat.Switch)
    {
        IsSwitch = true,
        Default = "false",
        DefaultNote = "off",
        Description = "Everything local and throw-away: plain HTTP on loopback, a fresh key, admission open, no file read or written"
            + " unless you name it. The other flags still apply.",
    };

    internal static readonly Setting<string> Config = new("config", "FILE", SettingGroup.Start, NameFormat.Path)
    {
        DefaultNote = $"{DefaultConfigFile} if it exists, and not with --dev",
        Description = "JSON file with any of these settings, named as the flags are without the dashes.",
    };

    internal static readonly Setting<string> HostName = new("hostname", "NAME", SettingGroup.Start, NameFormat.Host)
    {
        DevDefault = "127.0.0.1",
        DefaultNote = "none, required; with --dev 127.0.0.1",
        Description = "Name or IP address that clients use.",
    };

    internal static readonly Setting<IPEndPoint> Listen = new("listen", "ADDR:PORT", SettingGroup.Listeners, EndPointFormat.Parse)
    {
        IsList = true,
        Default = "[::]:443",
        DevDefault = "127.0.0.1:3340",
        Description = "DERP, WebSocket and probe endpoints.",
    };

    internal static readonly Setting<IPEndPoint?> HttpListen = new(
        "http-listen", "ADDR:PORT", SettingGroup.Listeners, EndPointFormat.ParseOrOff)
    {
        Default = "[::]:80",
        DevDefault = "off",
        Description = "Plain HTTP beside TLS: /generate_204, ACME HTTP-01, redirect. off for none.",
    };

    internal static readonly Setting<IPEndPoint?> StunListen = new(
        "stun-listen", "ADDR:PORT", SettingGroup.Listeners, EndPointFormat.ParseOrOff)
    {
        IsList = true,
        Default = "[::]:3478",
        DevDefault = "127.0.0.1:3478",
        Description = "STUN over UDP. off for none. Two addresses with two ports each let clients see how their NAT behaves (RFC 5780).",
    };

    internal static readonly Setting<IPEndPoint> AdminListen = new("admin-listen", "ADDR:PORT", SettingGroup.Listeners, EndPointFormat.Parse)
    {
        Default = "127.0.0.1:9090",
        Description = "/metrics, /healthz, /readyz, /status and /debug, for the operator only. Never served on the other listeners.",
    };

    internal static readonly Setting<StunPolicy> StunPolicy = new(
        "stun-policy", "POLICY", SettingGroup.Listeners,
        ChoiceFormat.Of(
            ("public", Relay.Stun.Answers.StunPolicy.Public),
            ("rfc8489", Relay.Stun.Answers.StunPolicy.Rfc8489),
            ("tailscale-only", Relay.Stun.Answers.StunPolicy.TailscaleOnly)))
    {
        Default = "public",
        Description = "public answers every valid binding request; rfc8489 those with a magic cookie; tailscale-only just those of Tailscale's clients.",
    };

    internal static readonly Setting<IPNetwork> TrustedProxy = new("trusted-proxy", "CIDR", SettingGroup.Listeners, NetworkFormat.Parse)
    {
        IsList = true,
        DefaultNote = "none",
        Description = "Proxies whose X-Forwarded-For or PROXY header (v1 and v2) is believed.",
    };

    internal static readonly Setting<string> KeyFile = new("key-file", "FILE", SettingGroup.Identity, NameFormat.Path)
    {
        Default = "/var/lib/relayd/relay.key",
        DevHasNone = true,
        DefaultNote = "/var/lib/relayd/relay.key; with --dev a fresh key that is not written",
        Description = "The relay's own key, in derper's JSON format. Made with mode 0600 when missing.",
    };

    internal static readonly Setting<TlsMode> Tls = new(
        "tls", "MODE", SettingGroup.Tls,
        ChoiceFormat.Of(("files", TlsMode.Files), ("self-signed", TlsMode.SelfSigned), ("acme", TlsMode.Acme), ("off", TlsMode.Off)))
    {
        Default = "files",
        DevDefault = "off",
        Description = "files, self-signed (made once; clients pin its hash from the printed DERP map), acme (gets a certificate and"
            + " renews it; using it accepts the authority's terms), or off (TLS ends elsewhere).",
    };

    internal static readonly Setting<string> CertDir = new("cert-dir", "DIR", SettingGroup.Tls, NameFormat.Path)
    {
        Default = "/var/lib/relayd/certs",
        DevHasNone = true,
        DefaultNote = "/var/lib/relayd/certs; with --dev none: self-signed stays in memory",
        Description = "Holds <hostname>.crt and <hostname>.key in PEM. Changed files are picked up within 5 s, without dropping a connection.",
    };

    internal static readonly Setting<Uri> AcmeDirectory = new("acme-directory", "URL", SettingGroup.Tls, AcmeFormat.Directory)
    {
        DefaultNote = "Let's Encrypt",
        Description = "With --tls acme: the authority's directory. Its own certificate must be trusted by this machine.",
    };

    internal static readonly Setting<bool> AcmeStaging = new("acme-staging", "", SettingGroup.Tls, ChoiceFormat.Switch)
    {
        IsSwitch = true,
        Default = "false",
        DefaultNote = "off",
        Description = "With --tls acme: Let's Encrypt's staging authority, to try things out. Clients do not trust its certificates.",
    };

    internal static readonly Setting<string> AcmeEmail = new("acme-email", "ADDRESS", SettingGroup.Tls, AcmeFormat.Email)
    {
        DefaultNote = "none",
        Description = "With --tls acme: where the authority may write to.",
    };

    internal static readonly Setting<string> AcmeProfile = new("acme-profile", "NAME", SettingGroup.Tls, AcmeFormat.Word)
    {
        DefaultNote = "the authority's; for an IP address shortlived, where offered",
        Description = "With --tls acme: the kind of certificate to ask for.",
    };

    internal static readonly Setting<string> AcmeEabKid = new("acme-eab-kid", "ID", SettingGroup.Tls, AcmeFormat.Word)
    {
        DefaultNote = "none",
        Description = "With --tls acme: id of the account there that this one is bound to (external account binding).",
    };

    internal static readonly Setting<string> AcmeEabHmacFile = new("acme-eab-hmac-file", "FILE", SettingGroup.Tls, NameFormat.Path)
    {
        DefaultNote = "none",
        Description = "Holds the HMAC key that belongs to --acme-eab-kid, in base64.",
    };

    internal static readonly Setting<AdmitPolicy> Admit = new("admit", "MODE", SettingGroup.Admission, AdmitFormat.Parse)
    {
        DevDefault = "open",
        DefaultNote = "none, must be chosen; with --dev open",
        MayHoldSecret = true,
        Description = "Who may use the relay: open (anybody), file:PATH (keys listed in a file) or url:URL (asks an HTTP service).",
    };

    internal static readonly Setting<bool> AdmitFail = new(
        "admit-fail", "MODE", SettingGroup.Admission, ChoiceFormat.Of(("closed", false), ("open", true)))
    {
        Default = "closed",
        Description = "With --admit url: whether clients are let in (open) or not (closed) while nobody answers there.",
    };

    internal static readonly Setting<int> Queue = new("queue", "N", SettingGroup.Limits, NumberFormat.Between(1, 4096))
    {
        Default = "32",
        Description = "Packets waiting for one receiver; beyond, the oldest goes.",
    };

    internal static readonly Setting<long> Rate = new("rate", "BYTES/S", SettingGroup.Limits, NumberFormat.Between(1, long.MaxValue))
    {
        DefaultNote = "none",
        Description = "What one client may send, held by back-pressure.",
        Reloads = true,
    };

    internal static readonly Setting<long> Burst = new("burst", "BYTES", SettingGroup.Limits, NumberFormat.Between(LargestFrame, long.MaxValue))
    {
        DefaultNote = "what --rate brings in a quarter of a second",
        Description = "What one client may send at once; at least one whole frame. Goes with --rate.",
        Reloads = true,
    };

    internal static readonly Setting<int> MaxConnections = new("max-connections", "N", SettingGroup.Limits, NumberFormat.Between(1, 10_000_000))
    {
        Default = "100000",
        Description = "Beyond it, connections are refused politely and counted.",
    };

    internal static readonly Setting<int> MaxHandshakes = new("max-handshakes", "N", SettingGroup.Limits, NumberFormat.Between(1, 1_000_000))
    {
        Default = "5000",
        Description = "Connections that are no client yet. Beyond it the oldest is ended for the next one, and counted.",
    };

    internal static readonly Setting<int> AcceptRate = new("accept-rate", "N/S", SettingGroup.Limits, NumberFormat.Between(1, 1_000_000))
    {
        DefaultNote = "none",
        Description = "New connections a second. Beyond it they are refused politely and counted.",
    };

    internal static readonly Setting<int> MaxConnectionsPerSource = new(
        "max-per-source", "N", SettingGroup.Limits, NumberFormat.Between(1, 10_000_000))
    {
        DefaultNote = "none",
        Description = "Connections of each IPv4 address or IPv6 /64. Mind offices and providers that share one address.",
    };

    internal static readonly Setting<int> AcceptRatePerSource = new(
        "accept-per-source", "N/S", SettingGroup.Limits, NumberFormat.Between(1, 1_000_000))
    {
        DefaultNote = "none",
        Description = "New connections a second from each IPv4 address or IPv6 /64, a second's worth at once.",
    };

    internal static readonly Setting<int> Region = new("region", "ID", SettingGroup.Region, NumberFormat.Between(1, 65535))
    {
        Default = "900",
        Description = "Region id in metrics and in the printed DERP map; 900 to 999 are meant for private relays.",
    };

    internal static readonly Setting<string> Node = new("node", "NAME", SettingGroup.Region, NameFormat.Node)
    {
        DefaultNote = "this machine's name",
        Description = "Node name in metrics and in the printed DERP map; unique over all regions.",
    };

    internal static readonly Setting<string> MeshKeyFile = new("mesh-key-file", "FILE", SettingGroup.Region, NameFormat.Path)
    {
        DefaultNote = "none",
        Description = "The secret that the relays of a region share: 64 hex digits. An empty file is no key.",
    };

    internal static readonly Setting<MeshPeer> MeshWith = new("mesh-with", "HOST[/DIAL]", SettingGroup.Region, MeshPeerFormat.Parse)
    {
        IsList = true,
        DefaultNote = "none",
        Description = "Relays to forward to, compatible with derper's mesh; DIAL is the name or address to connect to, and each address of a name is a relay."
            + " #sha256-raw:HEX after it pins a certificate. May name this relay, too. Needs --mesh-key-file.",
        Reloads = true,
    };

    internal static readonly Setting<Uri> Cluster = new("cluster", "redis://...", SettingGroup.Region, UrlFormat.Redis)
    {
        DefaultNote = "none",
        MayHoldSecret = true,
        Description = "Membership and presence in Redis 7, for larger regions; rediss:// for TLS, /N for a database, ?also=HOST:PORT,..."
            + " for more nodes, ?sentinel=SERVICE for what Sentinels watch, ?ca=FILE for an authority of your own. Needs --mesh-key-file.",
    };

    internal static readonly Setting<string> ClusterAddress = new("cluster-address", "ADDR", SettingGroup.Region, NameFormat.Address)
    {
        DefaultNote = "the one that leads to Redis",
        Description = "IP address at which the other relays of the cluster reach this one, at its first --listen port.",
    };

    internal static readonly Setting<int> ShedAbove = new("shed-above", "N", SettingGroup.Region, NumberFormat.Between(1, 10_000_000))
    {
        DefaultNote = "none",
        Description = "With more clients than these, a few a second are asked to go to relays of the region that have fewer: first those"
            + " that would rather be there, then idle ones. Below --max-connections.",
        Reloads = true,
    };

    internal static readonly Setting<HomePage> Home = new("home", "PAGE", SettingGroup.Pages, HomePageFormat.Parse)
    {
        Default = "default",
        Description = "What browsers see: default, blank, or a URL to redirect to.",
    };

    internal static readonly Setting<string> BootstrapDnsNames = new("bootstrap-dns-names", "NAME", SettingGroup.Pages, NameFormat.DnsName)
    {
        IsList = true,
        DefaultNote = "none",
        Description = "Names resolved for clients at /bootstrap-dns.",
    };

    internal static readonly Setting<int> DrainSeconds = new("drain-seconds", "N", SettingGroup.Operation, NumberFormat.Between(0, 3600))
    {
        Default = "30",
        Description = "Longest time for the told restart on SIGTERM.",
    };

    internal static readonly Setting<LogLevel> LogLevel = new("log-level", "LEVEL", SettingGroup.Operation, ChoiceFormat.Of(
        Enum.GetValues<LogLevel>().Select(level => (level.ToString().ToLowerInvariant(), level)).ToArray()))
    {
        Default = "information",
        Description = "trace, debug, information, warning, error, critical or none. Logs go to standard error.",
    };

    /// <summary>All of them, in the order of help and check.</summary>
    internal static ImmutableArray<Setting> All { get; } =
    [
        Dev, Config, HostName,
        Listen, HttpListen, StunListen, AdminListen, StunPolicy, TrustedProxy,
        KeyFile, Tls, CertDir,
        AcmeDirectory, AcmeStaging, AcmeEmail, AcmeProfile, AcmeEabKid, AcmeEabHmacFile,
        Admit, AdmitFail,
        Queue, Rate, Burst, MaxConnections, MaxHandshakes, AcceptRate, MaxConnectionsPerSource, AcceptRatePerSource,
        Region, Node, MeshKeyFile, MeshWith, Cluster, ClusterAddress, ShedAbove,
        Home, BootstrapDnsNames,
        DrainSeconds, LogLevel,
    ];

    // Header, key and the most data a packet may have: a bucket that holds less would never let such a packet pass.
    private const int LargestFrame = 5 + 32 + 65536;
}
