using System.Globalization;
using System.Text;

namespace Relay.Agent.Status;

/// <summary>A report for a person: what happens, and why.</summary>
internal static class StatusTable
{
    private static readonly string[] Heads = ["PEER", "PATH", "VIA", "RTT", "SENT", "RECEIVED", "SINCE", "WHY"];

    internal static string Make(StatusReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{report.Interface}  up {Span(report.UptimeSeconds)}  {Network(report)}");
        foreach (var relay in report.Relays) text.AppendLine(CultureInfo.InvariantCulture, $"relay {relay.Name}  {State(relay)}");
        text.AppendLine();
        List<string[]> rows = [Heads, .. report.Peers.Select(Row)];
        var widths = Heads.Select((_, column) => rows.Max(r => r[column].Length)).ToArray();
        foreach (var row in rows) text.AppendLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        if (report.Peers.Count == 0) text.AppendLine("no peers");
        return text.ToString();
    }

    private static string[] Row(PeerStatus peer) =>
    [
        $"{peer.WireGuard[..10]}…",
        peer.Path == "both" ? "direct + relay" : peer.Path,
        peer.Address ?? "not connected",
        peer.RttMs is { } ms ? ms.ToString(ms < 10 ? "0.00 ms" : "0.0 ms", CultureInfo.InvariantCulture) : "-",
        Bytes(peer.BytesSentDirect + peer.BytesSentRelayed),
        Bytes(peer.BytesReceivedDirect + peer.BytesReceivedRelayed),
        Span(peer.SinceSeconds),
        peer.Why,
    ];

    private static string Network(StatusReport report)
    {
        if (report.UdpBlocked) return "UDP is blocked here";
        var seen = string.Join(" and ", new[] { report.PublicIPv4, report.PublicIPv6 }.Where(a => a is not null));
        if (seen.Length == 0) return "not seen from outside yet";
        var nat = report.MappingVaries switch
        {
            true => ", through a NAT that gives each destination another port",
            false => ", the same for all destinations",
            null => "",
        };
        return $"seen from outside as {seen}{nat}";
    }

    private static string State(RelayStatus relay) => relay switch
    {
        { Connected: false } => "not connected",
        { Steady: false } => "about to restart",
        _ => "connected",
    };

    private static string Bytes(long bytes) => bytes switch
    {
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
    };

    private static string Span(double seconds) => seconds switch
    {
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min"),
        < 172_800 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86_400:0} d"),
    };
}
