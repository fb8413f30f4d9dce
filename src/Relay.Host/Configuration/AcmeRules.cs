using Relay.Host.Failures;

namespace Relay.Host.Configuration;

/// <summary>What must hold between the settings of ACME, and what they come to.</summary>
internal static class AcmeRules
{
    internal static readonly Uri LetsEncrypt = new("https://acme-v02.api.letsencrypt.org/directory");
    internal static readonly Uri LetsEncryptStaging = new("https://acme-staging-v02.api.letsencrypt.org/directory");

    // Where authorities look, whatever the relay's own ports are (RFC 8555 8.3, RFC 8737 3).
    private const int TlsPort = 443, HttpPort = 80;

    private static readonly Setting[] OnlyWithAcme =
        [Settings.AcmeDirectory, Settings.AcmeStaging, Settings.AcmeEmail, Settings.AcmeProfile, Settings.AcmeEabKid, Settings.AcmeEabHmacFile];

    internal static void Check(EffectiveSettings settings)
    {
        var isAcme = settings.Get(Settings.Tls) == TlsMode.Acme;
        foreach (var setting in OnlyWithAcme)
        {
            if (!isAcme && settings.IsGiven(setting))
                throw StartupException.Config($"{settings.Describe(setting)}: is for {Settings.Tls.Flag} acme only; add that, or remove this");
        }

        Together(settings, Settings.AcmeEabKid, Settings.AcmeEabHmacFile);
        Together(settings, Settings.AcmeEabHmacFile, Settings.AcmeEabKid);
        if (settings.Get(Settings.AcmeStaging) && settings.IsGiven(Settings.AcmeDirectory))
            throw StartupException.Config($"{settings.Describe(Settings.AcmeStaging)}: is Let's Encrypt's; give that or {Settings.AcmeDirectory.Flag}, not both");
    }

    /// <summary>Null without ACME.</summary>
    internal static AcmeOptions? Bind(EffectiveSettings settings)
    {
        if (settings.Get(Settings.Tls) != TlsMode.Acme) return null;
        return new AcmeOptions
        {
            Directory = settings.TryGet(Settings.AcmeDirectory, out var directory) ? directory
                : settings.Get(Settings.AcmeStaging) ? LetsEncryptStaging
                : LetsEncrypt,
            Email = settings.TryGet(Settings.AcmeEmail, out var email) ? email : null,
            Profile = settings.TryGet(Settings.AcmeProfile, out var profile) ? profile : null,
            EabKid = settings.TryGet(Settings.AcmeEabKid, out var kid) ? kid : null,
            EabHmacFile = settings.TryGet(Settings.AcmeEabHmacFile, out var file) ? file : null,
        };
    }

    /// <summary>What keeps the authority from finding this relay; null when nothing does, or there is none.</summary>
    internal static string? Warn(RelaydOptions options) =>
        options.Acme is null || options.Listen.Any(e => e.Port == TlsPort) || options.HttpListen?.Port == HttpPort
            ? null
            : $"{Settings.Tls.Flag} acme: the authority looks at TCP ports {TlsPort} and {HttpPort} of {options.HostName}, and relayd listens on neither;"
                + " forward one of them to it";

    private static void Together(EffectiveSettings settings, Setting given, Setting needed)
    {
        if (settings.IsGiven(given) && settings.Find(needed) is null)
            throw StartupException.Config($"{settings.Describe(given)}: needs {needed.Flag} {needed.Hint} as well");
    }
}
