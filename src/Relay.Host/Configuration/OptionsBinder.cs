using Relay.Host.Failures;

namespace Relay.Host.Configuration;

/// <summary>Turns settings into options, applying the rules that hold between settings.</summary>
internal static class OptionsBinder
{
    /// <exception cref="StartupException">Something required is missing, contradicts something else, or is not available yet.</exception>
    internal static RelaydOptions Bind(EffectiveSettings settings)
    {
        OptionsRules.Check(settings);
        NotYetAvailable.Check(settings);
        var dev = settings.Get(Settings.Dev);
        var tls = settings.Get(Settings.Tls);
        return new RelaydOptions
        {
            Dev = dev,
            HostName = settings.Get(Settings.HostName),
            Listen = settings.GetList(Settings.Listen),
            HttpListen = settings.Get(Settings.HttpListen),
            StunListen = [.. settings.GetList(Settings.StunListen).OfType<System.Net.IPEndPoint>()],
            AdminListen = settings.Get(Settings.AdminListen),
            StunPolicy = settings.Get(Settings.StunPolicy),
            KeyFile = settings.TryGet(Settings.KeyFile, out var keyFile) ? keyFile : null,
            Tls = tls,
            CertDir = dev && tls == TlsMode.SelfSigned && !settings.IsGiven(Settings.CertDir) ? null : settings.Get(Settings.CertDir),
            Admit = settings.Get(Settings.Admit),
            Queue = settings.Get(Settings.Queue),
            MaxConnections = settings.Get(Settings.MaxConnections),
            Region = settings.Get(Settings.Region),
            Node = settings.Get(Settings.Node),
            MeshKeyFile = settings.TryGet(Settings.MeshKeyFile, out var meshKeyFile) ? meshKeyFile : null,
            Home = settings.Get(Settings.Home),
            BootstrapDnsNames = settings.GetList(Settings.BootstrapDnsNames),
            Drain = TimeSpan.FromSeconds(settings.Get(Settings.DrainSeconds)),
            LogLevel = settings.Get(Settings.LogLevel),
        };
    }
}
