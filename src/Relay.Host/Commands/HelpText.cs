using System.Text;
using Relay.Host.Configuration;

namespace Relay.Host.Commands;

/// <summary>What <c>relayd --help</c> prints, made from the settings.</summary>
internal static class HelpText
{
    private const int Width = 100;
    private const int Indent = 30;
    private const char HardSpace = '\u00A0';

    internal static string Make()
    {
        var text = new StringBuilder();
        text.AppendLine("relayd: a DERP relay with STUN, for Tailscale, Headscale and plain WireGuard.").AppendLine();
        text.AppendLine("Usage:");
        Row(text, "  relayd [options]", "Run the server.");
        Row(text, "  relayd check [options]", "Check the configuration and the files it names, print the effective settings, and exit.");
        Row(text, "  relayd healthcheck [options]", "Ask the relayd at --admin-listen whether it is ready: exit code 0 yes, 1 no, 69 no answer.");
        Row(text, "  relayd --help, --version", "Print this, or the version.");
        foreach (var group in Settings.All.GroupBy(s => s.Group))
        {
            text.AppendLine().AppendLine(Heading(group.Key));
            foreach (var setting in group) Row(text, $"  {setting.Flag} {setting.Hint}".TrimEnd(), Describe(setting));
        }

        return text.AppendLine().Append(Footer).ToString();
    }

    private const string Footer =
        """
        Each setting may also be given in the environment (--http-listen as RELAYD_HTTP_LISTEN; lists with
        commas) or in the JSON file (as "http-listen"; lists as arrays). Flags win over the environment, the
        environment over the file; a list is taken whole from where it is found first. SIGHUP also reads the
        certificate and the admission list again; all else that changed takes effect at the next start.

        Exit codes: 0 done, 1 failed while running, 64 wrong command line, 69 something needed is not
        reachable (such as a port in use), 77 not permitted, 78 bad configuration.

        Examples:
          relayd --dev
          relayd --hostname relay.example.com --cert-dir /etc/relayd/certs --admit open

        """;

    private static string Heading(SettingGroup group) => group switch
    {
        SettingGroup.Start => "Start:",
        SettingGroup.Listeners => "Listeners:",
        SettingGroup.Identity => "Key:",
        SettingGroup.Tls => "TLS:",
        SettingGroup.Admission => "Admission:",
        SettingGroup.Limits => "Limits:",
        SettingGroup.Region => "Region and mesh:",
        SettingGroup.Pages => "Pages:",
        SettingGroup.Operation => "Operation:",
        _ => throw new ArgumentOutOfRangeException(nameof(group)),
    };

    private static string Describe(Setting setting)
    {
        var value = setting.DefaultNote
            ?? (setting.DevDefault is null ? setting.Default : $"{setting.Default}; with --dev {setting.DevDefault}");
        var fallback = $"[default: {value}]";

        // Kept on one line where one can hold it, for that is what people look for.
        if (fallback.Length <= Width - Indent) fallback = fallback.Replace(' ', HardSpace);
        return $"{setting.Description}{(setting.IsList ? " Repeatable." : "")}{(setting.Reloads ? " Read again on SIGHUP." : "")} {fallback}";
    }

    /// <summary>The name on the left, the text wrapped on the right.</summary>
    private static void Row(StringBuilder text, string name, string description)
    {
        var line = new StringBuilder(name.PadRight(Indent));
        foreach (var word in description.Split(' '))
        {
            if (line.Length + word.Length > Width)
            {
                text.AppendLine(line.ToString().TrimEnd());
                line.Clear().Append(' ', Indent);
            }

            line.Append(word.Replace(HardSpace, ' ')).Append(' ');
        }

        text.AppendLine(line.ToString().TrimEnd());
    }
}
