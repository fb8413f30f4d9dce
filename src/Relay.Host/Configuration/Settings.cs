using System.Collections.Immutable;
using System.Net;
using Relay.Host.Configuration.Formats;

namespace Relay.Host.Configuration;

/// <summary>Every setting there is. To add one, add it here, to <see cref="RelaydOptions"/> and to <see cref="OptionsBinder"/>.</summary>
internal static class Settings
{
    /// <summary>Read when nobody names a file, if it is there, and not with <c>--dev</c>.</summary>
    internal const string DefaultConfigFile = "/etc/relayd/relayd.json";

    internal static readonly Setting<bool> Dev = new("dev", ChoiceFormat.Switch)
    {
        Group = SettingGroup.Start, Hint = "", IsSwitch = true, Default = "false", DefaultNote = "off",
        Description = "Everything local and throw-away: plain HTTP on loopback, a fresh key, admission open, no file read or written"
            + " unless you name it. The other flags still apply.",
    };

    internal static readonly Setting<string> Config = new("config", NameFormat.Path)
    {
        Group = SettingGroup.Start, Hint = "FILE", DefaultNote = $"{DefaultConfigFile} if it exists, and not with --dev",
        Description = "JSON file with any of these settings, named as the flags are without the dashes.",
    };

    internal static readonly Setting<string> HostName = new("hostname", NameFormat.Host)
    {
        Group = SettingGroup.Start, Hint = "NAME", DevDefault = "127.0.0.1", DefaultNote = "none, required; with --dev 127.0.0.1",
        Description = "Name or IP address that clients use.",
    };

    internal static readonly Setting<IPEndPoint> Listen = new("listen", EndPointFormat.Parse)
    {
        Group = SettingGroup.Listeners, Hint = "ADDR:PORT", IsList = true, Default = "[::]:443", DevDefault = "127.0.0.1:3340",
        Description = "DERP, WebSocket and probe endpoints.",
    };

    internal static readonly Setting<IPEndPoint?> HttpListen = new("http-listen", EndPointFormat.ParseOrOff)
    {
        Group = SettingGroup.Listeners, Hint = "ADDR:PORT", Default = "[::]:80", DevDefault = "off",
        Description = "Plain HTTP beside TLS: /generate_204, ACME HTTP-01, redirect. off for none.",
    };

    internal static readonly Setting<IPEndPoint?> StunListen = new("stun-listen", EndPointFormat.ParseOrOff)
    {
        Group = SettingGroup.Listeners, Hint = "ADDR:PORT", IsList = true, Default = "[::]:3478", DevDefault = "127.0.0.1:3478",
        Description = "STUN over UDP. off for none.",
    };

    internal static readonly Setting<IPEndPoint> AdminListen = new("admin-listen", EndPointFormat.Parse)
    {
        Group = SettingGroup.Listeners, Hint = "ADDR:PORT", Default = "127.0.0.1:9090",
        Description = "/metrics, /healthz, /readyz, /status and /debug, for the operator only. Never served on the other listeners.",
    };

    internal static readonly Setting<StunPolicy> StunPolicy = new(
        "stun-policy", ChoiceFormat.Of(("public", Configuration.StunPolicy.Public), ("tailscale-only", Configuration.StunPolicy.TailscaleOnly)))
    {
        Group = SettingGroup.Listeners, Hint = "POLICY", Default = "public",
        Description = "public answers every valid binding request; tailscale-only just those of Tailscale's clients.",
    };

    internal static readonly Setting<IPNetwork> TrustedProxy = new("trusted-proxy", NetworkFormat.Parse)
    {
        Group = SettingGroup.Listeners, Hint = "CIDR", IsList = true, DefaultNote = "none",
        Description = "Proxies whose X-Forwarded-For or PROXY v2 header is believed.",
    };

    internal static readonly Setting<string> KeyFile = new("key-file", NameFormat.Path)
    {
        Group = SettingGroup.Identity, Hint = "FILE", Default = "/var/lib/relayd/relay.key", DevHasNone = true,
        DefaultNote = "/var/lib/relayd/relay.key; with --dev a fresh key that is not written",
        Description = "The relay's own key, in derper's JSON format. Made with mode 0600 when missing.",
    };

    internal static readonly Setting<TlsMode> Tls = new(
        "tls", ChoiceFormat.Of(("files", TlsMode.Files), ("self-signed", TlsMode.SelfSigned), ("acme", TlsMode.Acme), ("off", TlsMode.Off)))
    {
        Group = SettingGroup.Tls, Hint = "MODE", Default = "files", DevDefault = "off",
        Description = "files, self-signed (made once; clients pin its hash from the printed DERP map), acme, or off (TLS ends elsewhere).",
    };

    internal static readonly Setting<string> CertDir = new("cert-dir", NameFormat.Path)
    {
        Group = SettingGroup.Tls, Hint = "DIR", Default = "/var/lib/relayd/certs",
        DefaultNote = "/var/lib/relayd/certs; with --dev and self-signed only in memory",
        Description = "Holds <hostname>.crt and <hostname>.key in PEM. Changed files are picked up within 5 s, without dropping a connection.",
    };

    internal static readonly Setting<AdmitPolicy> Admit = new("admit", AdmitFormat.Parse)
    {
        Group = SettingGroup.Admission, Hint = "MODE", DevDefault = "open", DefaultNote = "none, must be chosen; with --dev open",
        MayHoldSecret = true,
        Description = "Who may use the relay: open (anybody), file:PATH (keys listed in a file) or url:URL (asks an HTTP service).",
    };

    internal static readonly Setting<bool> AdmitFail = new("admit-fail", ChoiceFormat.Of(("closed", false), ("open", true)))
    {
        Group = SettingGroup.Admission, Hint = "MODE", Default = "closed",
        Description = "With --admit url: whether clients are let in (open) or not (closed) while nobody answers there.",
    };

    internal static readonly Setting<int> Queue = new("queue", NumberFormat.Between(1, 4096))
    {
        Group = SettingGroup.Limits, Hint = "N", Default = "32",
        Description = "Packets waiting for one receiver; beyond, the oldest goes.",
    };

    internal static readonly Setting<long> Rate = new("rate", NumberFormat.Between(1, long.MaxValue))
    {
        Group = SettingGroup.Limits, Hint = "BYTES/S", DefaultNote = "none",
        Description = "What one client may send, held by back-pressure.",
    };

    internal static readonly Setting<long> Burst = new("burst", NumberFormat.Between(LargestFrame, long.MaxValue))
    {
        Group = SettingGroup.Limits, Hint = "BYTES", DefaultNote = "none",
        Description = "What one client may send at once; at least one whole frame.",
    };

    internal static readonly Setting<int> MaxConnections = new("max-connections", NumberFormat.Between(1, 10_000_000))
    {
        Group = SettingGroup.Limits, Hint = "N", Default = "100000",
        Description = "Beyond it, connections are refused politely and counted.",
    };

    internal static readonly Setting<int> AcceptRate = new("accept-rate", NumberFormat.Between(1, 1_000_000))
    {
        Group = SettingGroup.Limits, Hint = "N/S", DefaultNote = "none",
        Description = "New connections a second. Beyond it they are refused politely and counted.",
    };

    internal static readonly Setting<int> Region = new("region", NumberFormat.Between(1, 65535))
    {
        Group = SettingGroup.Region, Hint = "ID", Default = "900",
        Description = "Region id in metrics and in the printed DERP map; 900 to 999 are meant for private relays.",
    };

    internal static readonly Setting<string> Node = new("node", NameFormat.Node)
    {
        Group = SettingGroup.Region, Hint = "NAME", DefaultNote = "this machine's name",
        Description = "Node name in metrics and in the printed DERP map; unique over all regions.",
    };

    internal static readonly Setting<string> MeshKeyFile = new("mesh-key-file", NameFormat.Path)
    {
        Group = SettingGroup.Region, Hint = "FILE", DefaultNote = "none",
        Description = "The secret that the relays of a region share: 64 hex digits. An empty file is no key.",
    };

    internal static readonly Setting<MeshPeer> MeshWith = new("mesh-with", MeshPeerFormat.Parse)
    {
        Group = SettingGroup.Region, Hint = "HOST[/DIAL]", IsList = true, DefaultNote = "none",
        Description = "Relays to forward to, compatible with derper's mesh; DIAL is the name or address to connect to. Needs --mesh-key-file.",
    };

    internal static readonly Setting<Uri> Cluster = new("cluster", UrlFormat.Redis)
    {
        Group = SettingGroup.Region, Hint = "redis://...", DefaultNote = "none", MayHoldSecret = true,
        Description = "Membership and presence in Redis, for larger regions.",
    };

    internal static readonly Setting<HomePage> Home = new("home", HomePageFormat.Parse)
    {
        Group = SettingGroup.Pages, Hint = "PAGE", Default = "default",
        Description = "What browsers see: default, blank, or a URL to redirect to.",
    };

    internal static readonly Setting<string> BootstrapDnsNames = new("bootstrap-dns-names", NameFormat.DnsName)
    {
        Group = SettingGroup.Pages, Hint = "NAME", IsList = true, DefaultNote = "none",
        Description = "Names resolved for clients at /bootstrap-dns.",
    };

    internal static readonly Setting<int> DrainSeconds = new("drain-seconds", NumberFormat.Between(0, 3600))
    {
        Group = SettingGroup.Operation, Hint = "N", Default = "30",
        Description = "Longest time for the told restart on SIGTERM.",
    };

    internal static readonly Setting<LogLevel> LogLevel = new("log-level", ChoiceFormat.Of(
        Enum.GetValues<LogLevel>().Select(level => (level.ToString().ToLowerInvariant(), level)).ToArray()))
    {
        Group = SettingGroup.Operation, Hint = "LEVEL", Default = "information",
        Description = "trace, debug, information, warning, error, critical or none. Logs go to standard error.",
    };

    /// <summary>All of them, in the order of help and check.</summary>
    internal static ImmutableArray<Setting> All { get; } =
    [
        Dev, Config, HostName,
        Listen, HttpListen, StunListen, AdminListen, StunPolicy, TrustedProxy,
        KeyFile, Tls, CertDir,
        Admit, AdmitFail,
        Queue, Rate, Burst, MaxConnections, AcceptRate,
        Region, Node, MeshKeyFile, MeshWith, Cluster,
        Home, BootstrapDnsNames,
        DrainSeconds, LogLevel,
    ];

    // Header, key and the most data a packet may have: a bucket that holds less would never let such a packet pass.
    private const int LargestFrame = 5 + 32 + 65536;
}
