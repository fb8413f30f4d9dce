using System.Net;
using Relay.Host.Failures;

namespace Relay.Host.Configuration;

/// <summary>What must hold between settings.</summary>
internal static class OptionsRules
{
    internal static void Check(EffectiveSettings settings)
    {
        Require(settings, Settings.HostName, "give the name or IP address that clients use, such as --hostname relay.example.com (or try --dev)");
        Require(settings, Settings.Admit, "choose who may use the relay, such as --admit file:/etc/relayd/nodes.json, or --admit open for anybody");
        if (settings.Get(Settings.Tls) is TlsMode.Files or TlsMode.Acme) Needs(settings, Settings.Tls, Settings.CertDir);
        AcmeRules.Check(settings);
        Needs(settings, Settings.MeshWith, Settings.MeshKeyFile);
        Needs(settings, Settings.Cluster, Settings.MeshKeyFile);
        Needs(settings, Settings.ClusterAddress, Settings.Cluster);
        if (settings.IsGiven(Settings.Cluster) && settings.IsGiven(Settings.MeshWith))
            throw StartupException.Config($"{settings.Describe(Settings.Cluster)}: finds the other relays itself; remove {Settings.MeshWith.Flag}");
        CheckShedding(settings);
        Needs(settings, Settings.Burst, Settings.Rate);
        if (settings.IsGiven(Settings.AdmitFail) && settings.Get(Settings.Admit).Mode != AdmitMode.Url)
            throw StartupException.Config($"{settings.Describe(Settings.AdmitFail)}: goes with --admit url:URL alone; remove it");
        CheckOffStandsAlone(settings);
        CheckDistinct(settings, Tcp(settings));
        CheckDistinct(settings, settings.GetList(Settings.StunListen).OfType<IPEndPoint>().Select(e => ((Setting)Settings.StunListen, e)));
    }

    private static void Require(EffectiveSettings settings, Setting setting, string right)
    {
        if (settings.Find(setting) is null) throw StartupException.Config($"{setting.Flag} is missing: {right}");
    }

    private static void Needs(EffectiveSettings settings, Setting setting, Setting needed)
    {
        if (settings.IsGiven(setting) && settings.Find(needed) is null)
            throw StartupException.Config($"{settings.Describe(setting)}: needs {needed.Flag} {needed.Hint} as well");
    }

    private static void CheckShedding(EffectiveSettings settings)
    {
        if (!settings.TryGet(Settings.ShedAbove, out var mark)) return;
        if (!settings.IsGiven(Settings.Cluster) && !settings.IsGiven(Settings.MeshWith))
            throw StartupException.Config($"{settings.Describe(Settings.ShedAbove)}: needs other relays to go to; give {Settings.MeshWith.Flag} or {Settings.Cluster.Flag} as well");
        if (mark >= settings.Get(Settings.MaxConnections))
            throw StartupException.Config($"{settings.Describe(Settings.ShedAbove)}: must be below {Settings.MaxConnections.Flag} {settings.Get(Settings.MaxConnections)}");
    }

    private static void CheckOffStandsAlone(EffectiveSettings settings)
    {
        var stun = settings.GetList(Settings.StunListen);
        if (stun.Length > 1 && stun.Contains(null))
            throw StartupException.Config($"{settings.Describe(Settings.StunListen)}: give either addresses or off");
    }

    private static IEnumerable<(Setting Setting, IPEndPoint EndPoint)> Tcp(EffectiveSettings settings)
    {
        foreach (var listen in settings.GetList(Settings.Listen)) yield return (Settings.Listen, listen);
        if (settings.Get(Settings.HttpListen) is { } http) yield return (Settings.HttpListen, http);
        yield return (Settings.AdminListen, settings.Get(Settings.AdminListen));
    }

    // The system would say so too, but only once the ports before it are open.
    private static void CheckDistinct(EffectiveSettings settings, IEnumerable<(Setting Setting, IPEndPoint EndPoint)> all)
    {
        var seen = new Dictionary<IPEndPoint, Setting>();
        foreach (var (setting, endPoint) in all)
        {
            if (endPoint.Port != 0 && !seen.TryAdd(endPoint, setting))
                throw StartupException.Config($"{settings.Describe(setting)}: {endPoint} is already that of {seen[endPoint].Flag}; choose another");
        }
    }
}
