using Relay.Host.Acme;
using Relay.Host.Certificates;
using Relay.Host.Configuration;
using Relay.Host.Failures;
using Relay.Host.Keys;
using Relay.Protocol.Keys;

namespace Relay.Host.Startup;

/// <summary>Who this relay is: its key, the key of its mesh, and its certificate. Loaded before a port opens.</summary>
internal sealed class Identity : IDisposable
{
    private readonly LoadedKey _key;

    private Identity(LoadedKey key, MeshKey? meshKey, CertificateSource? certificates, AcmeSetup? acme, string? pin) =>
        (_key, MeshKey, Certificates, Acme, Pin) = (key, meshKey, certificates, acme, pin);

    internal NodePrivateKey Key => _key.Key;

    /// <summary>Null for none.</summary>
    internal MeshKey? MeshKey { get; }

    /// <summary>Null when TLS is off.</summary>
    internal CertificateSource? Certificates { get; }

    /// <summary>Null without ACME.</summary>
    internal AcmeSetup? Acme { get; }

    /// <summary>The certificate's hash as DERP maps have it, when no authority vouches for it.</summary>
    internal string? Pin { get; }

    /// <summary>Reads all files, makes those that may be made, and logs what the operator should know of them.</summary>
    /// <exception cref="StartupException">One cannot be had.</exception>
    internal static Identity Load(RelaydOptions options, TimeProvider time, ILogger logger)
    {
        var mesh = options.MeshKeyFile is { } path ? MeshKeyFile.Load(path) : null;
        var key = options.KeyFile is { } file ? KeyFile.LoadOrMake(file) : LoadedKey.ThrowAway();
        try
        {
            var certificates = CertificateSources.Open(options, key.Key.Public, time, logger);
            if (key is { Made: true, Path: not null }) Log.KeyMade(logger, key.Path, key.Key.Public);
            var acme = options.Acme is null ? null : new AcmeSetup(options, time);
            foreach (var warning in Warnings(mesh, key, certificates, acme, options)) Log.Warning(logger, warning);
            return new Identity(key, mesh?.Key, certificates, acme, options.Tls == TlsMode.SelfSigned ? certificates?.Current?.Pin : null);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Acme?.Dispose();
        Certificates?.Dispose();
        _key.Dispose();
    }

    private static IEnumerable<string> Warnings(LoadedMeshKey? mesh, LoadedKey key, CertificateSource? certificates, AcmeSetup? acme, RelaydOptions options) =>
        new[] { mesh?.Warning, key.Warning, acme?.Credentials.Warning, AcmeRules.Warn(options) }.OfType<string>().Concat(certificates?.Current?.Warnings ?? []);
}
