using System.Globalization;
using System.Text;
using Relay.Host.Acme;
using Relay.Host.Admission;
using Relay.Host.Certificates;
using Relay.Host.Configuration;
using Relay.Host.Failures;
using Relay.Host.Keys;
using Relay.Host.Region;
using Relay.Protocol.Keys;

namespace Relay.Host.Commands;

/// <summary><c>relayd check</c>: reads every file that the server would read, changes nothing, and prints what it would run with.</summary>
internal static class CheckCommand
{
    /// <exception cref="StartupException">A file is not what it should be.</exception>
    internal static void Run(EffectiveSettings settings, RelaydOptions options, RelaydEnvironment environment)
    {
        var notes = new List<string>();
        var warnings = new List<string>();
        var key = CheckKey(options, notes, warnings);
        CheckCertificate(options, key, environment.Time.GetUtcNow(), notes, warnings);
        if (options.Admit.Path is { } listed)
        {
            var file = new AdmissionFile(listed);
            var list = file.Parse(file.Read().Content);
            notes.Add($"admission: {list.NodeCount} nodes in {list.Networks.Count} networks from {listed}");
        }

        if (options.MeshKeyFile is { } path)
        {
            var mesh = MeshKeyFile.Load(path);
            RegionRegistration.MeshKey(options, mesh.Key);
            if (mesh.Key is not null) notes.Add($"mesh key: read from {path}");
            if (mesh.Warning is { } warning) warnings.Add(warning);
        }

        environment.Out.Write(Report(settings, notes, warnings));
    }

    private static NodeKey CheckKey(RelaydOptions options, List<string> notes, List<string> warnings)
    {
        using var key = options.KeyFile is { } path ? KeyFile.TryLoad(path) : null;
        notes.Add(options.KeyFile is null ? "key: a fresh one at each start"
            : key is null ? $"key: {options.KeyFile} does not exist and will be made"
            : $"key: {key.Key.Public.ToText()}");
        if (key?.Warning is { } warning) warnings.Add(warning);
        return key?.Key.Public ?? default;
    }

    private static void CheckCertificate(RelaydOptions options, NodeKey key, DateTimeOffset now, List<string> notes, List<string> warnings)
    {
        var certificate = CertificateSources.Check(options, key, now, warnings);
        notes.Add(certificate is not null
            ? string.Create(CultureInfo.InvariantCulture, $"certificate: for {options.HostName}, valid until {certificate.NotAfter:u}")
            : options.Tls == TlsMode.Off ? "certificate: none, TLS is off"
            : options.CertDir is null ? "certificate: a fresh one at each start"
            : options.Acme is { } authority ? $"certificate: there is none in {options.CertDir}, one will be asked for at {authority.Directory.Authority}"
            : $"certificate: there is none in {options.CertDir}, one will be made");
        warnings.AddRange(certificate?.Warnings ?? []);
        if (options.Acme is null) return;
        using var account = AcmeCredentials.Check(options.Acme, options.CertDir!);
        notes.Add($"ACME account: key {AcmeCredentials.KeyPath(options.CertDir!, options.Acme.Directory)}{(account is null ? " will be made" : "")}");
        warnings.AddRange(new[] { account?.Warning, AcmeRules.Warn(options) }.OfType<string>());
    }

    private static string Report(EffectiveSettings settings, List<string> notes, List<string> warnings)
    {
        var rows = Settings.All.Select(s => (s.Name, Value: Show(settings, s), Source: Source(settings, s))).ToArray();
        var names = rows.Max(r => r.Name.Length);
        var values = Math.Min(40, rows.Max(r => r.Value.Length));
        var text = new StringBuilder().AppendLine("The configuration is valid.").AppendLine();
        foreach (var (name, value, source) in rows)
            text.AppendLine($"  {name.PadRight(names)}  {value.PadRight(values)}  {source}".TrimEnd());
        text.AppendLine();
        foreach (var note in notes) text.AppendLine(note);
        foreach (var warning in warnings) text.AppendLine($"warning: {StartupException.OneLine(warning)}");
        return text.ToString();
    }

    private static string Show(EffectiveSettings settings, Setting setting) =>
        settings.Find(setting) is { } value ? string.Join(',', value.Texts.Select(setting.Show)) : "-";

    private static string Source(EffectiveSettings settings, Setting setting) =>
        settings.Find(setting) is { } value ? SettingText.Source(setting, value) : "";
}
