using System.Globalization;
using System.Text;

namespace Relay.Agent.Netcheck;

/// <summary>The report for a person.</summary>
internal static class NetcheckTable
{
    internal static string Make(NetcheckReport report)
    {
        var text = new StringBuilder();
        var nothing = report.UdpBlocked == true ? "no answer: blocked, as HTTPS gets through" : "no answer";
        Row("UDP over IPv4", report.Udp4 ? $"yes, seen from outside as {report.Mapped4}" : nothing);
        Row("UDP over IPv6", report.Udp6 ? $"yes, seen from outside as {report.Mapped6}" : "no answer");
        foreach (var (label, value) in NatText.Rows(report)) Row(label, value);
        Row("captive portal", report.CaptivePortal switch
        {
            null => "unknown: no relay here answers on port 80",
            true => "yes: log in with a browser first",
            false => "no",
        });
        Row("nearest relay", report.Regions.FirstOrDefault(r => r.Id == report.Nearest)?.Name ?? "none answered");
        text.AppendLine();
        var width = Math.Max(8, report.Regions.Max(r => Label(r).Length));
        foreach (var region in report.Regions)
        {
            var latency = region.Ms is { } ms ? ms.ToString("0.0 ms", CultureInfo.InvariantCulture) : "no answer";
            var how = region.StunMs is not null ? "STUN" : region.HttpsMs is not null ? "HTTPS" : "";
            var mark = region.Id == report.Nearest ? "  <- nearest" : "";
            text.AppendLine($"  {Label(region).PadRight(width)}  {latency,10}  {how}{mark}".TrimEnd());
        }

        return text.ToString();

        void Row(string label, string value) => text.AppendLine($"  {label.PadRight(15)} {value}");
    }

    private static string Label(RegionLatency region) => $"{region.Id} {region.Code} ({region.Name})";
}
