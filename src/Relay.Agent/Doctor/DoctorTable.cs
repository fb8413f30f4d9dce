using System.Text;

namespace Relay.Agent.Doctor;

/// <summary>The report for a person: a line a check, and under what is not right what to do.</summary>
internal static class DoctorTable
{
    internal static string Make(DoctorReport report, bool colours)
    {
        var text = new StringBuilder();
        var width = report.Checks.Max(c => c.Check.Length);
        foreach (var node in report.Checks.GroupBy(c => c.Node))
        {
            text.AppendLine(node.Key == "relay" ? report.Relay : $"{node.Key} of {report.Relay}");
            foreach (var check in node)
            {
                text.AppendLine($"  {Paint(check.Result, colours)}  {check.Check.PadRight(width)}  {check.Seen}");
                if (check.Fix is not null) text.AppendLine($"        {"".PadRight(width)}to fix: {check.Fix}");
            }
        }

        text.AppendLine().AppendLine((report.Failed, report.Warnings) switch
        {
            (0, 0) => "All is well.",
            (0, var warnings) => $"It works; {Count(warnings, "warning")}.",
            var (failed, warnings) => $"{Count(failed, "check")} failed, {Count(warnings, "warning")}.",
        });
        return text.ToString();
    }

    private static string Count(int n, string what) => n == 1 ? $"1 {what}" : $"{n} {what}s";

    private static string Paint(string result, bool colours)
    {
        var colour = result switch { Finding.Ok => 32, Finding.Warn => 33, Finding.Fail => 31, _ => 90 };
        return colours ? $"\u001b[{colour}m{result.PadRight(4)}\u001b[0m" : result.PadRight(4);
    }
}
