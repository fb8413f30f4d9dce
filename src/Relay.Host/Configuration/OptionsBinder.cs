using Relay.Host.Failures;
using Relay.Server.Limits;

namespace Relay.Host.Configuration;

/// <summary>Turns settings into options, applying the rules that hold between settings.</summary>
internal static class OptionsBinder
{
    /// <exception cref="StartupException">Something required is missing, or contradicts something else.</exception>
    internal static RelaydOptions Bind(EffectiveSettings settings)
    {
        OptionsRules.Check(settings);
        return new RelaydOptions
        {
            Dev = settings.Get(Settings.Dev),
            HostName = settings.Get(Settings.HostName),
            Listen = settings.GetList(Settings.Listen),
            HttpListen = settings.Get(Settings.HttpListen),
            StunListen = [.. settings.GetList(Settings.StunListen).OfType<System.Net.IPEndPoint>()],
            AdminListen = settings.Get(Settings.AdminListen),
            StunPolicy = settings.Get(Settings.StunPolicy),
            KeyFile = settings.TryGet(Settings.KeyFile, out var keyFile) ? keyFile : null,
            Tls = settings.Get(Settings.Tls),
            CertDir = settings.TryGet(Settings.CertDir, out var certDir) ? certDir : null,
            Acme = AcmeRules.Bind(settings),
            Admit = settings.Get(Settings.Admit),
            AdmitUnanswered = settings.Get(Settings.AdmitFail),
            Queue = settings.Get(Settings.Queue),
            TrustedProxies = settings.GetList(Settings.TrustedProxy),
            Rate = settings.TryGet(Settings.Rate, out var rate) ? new ByteRate(rate, settings.TryGet(Settings.Burst, out var burst) ? burst : null) : null,
            AcceptRate = Optional(settings, Settings.AcceptRate),
            MaxConnectionsPerSource = Optional(settings, Settings.MaxConnectionsPerSource),
            AcceptRatePerSource = Optional(settings, Settings.AcceptRatePerSource),
            MaxConnections = settings.Get(Settings.MaxConnections),
            MaxHandshakes = settings.Get(Settings.MaxHandshakes),
            Region = settings.Get(Settings.Region),
            Node = settings.Get(Settings.Node),
            MeshKeyFile = settings.TryGet(Settings.MeshKeyFile, out var meshKeyFile) ? meshKeyFile : null,
            Cluster = settings.TryGet(Settings.Cluster, out var cluster) ? cluster : null,
            ClusterAddress = settings.TryGet(Settings.ClusterAddress, out var clusterAddress) ? clusterAddress : null,
            MeshWith = settings.GetList(Settings.MeshWith),
            ShedAbove = settings.TryGet(Settings.ShedAbove, out var shedAbove) ? shedAbove : null,
            Home = settings.Get(Settings.Home),
            BootstrapDnsNames = settings.GetList(Settings.BootstrapDnsNames),
            Drain = TimeSpan.FromSeconds(settings.Get(Settings.DrainSeconds)),
            LogLevel = settings.Get(Settings.LogLevel),
        };
    }

    private static int Optional(EffectiveSettings settings, Setting<int> setting) => settings.TryGet(setting, out var value) ? value : 0;
}
