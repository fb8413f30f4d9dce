using System.Text;
using Relay.Acme.Signing;
using Relay.Host.Configuration;
using Relay.Host.Failures;
using Relay.Host.Files;

namespace Relay.Host.Acme;

/// <summary>Who relayd is for the authority: a key beside the certificates, made at the first start, and what it is bound to.</summary>
internal sealed class AcmeCredentials : IDisposable
{
    private const int LargestFile = 16 << 10;

    private AcmeCredentials(AccountKey key, bool made, ExternalAccount? external, string? warning) =>
        (Key, Made, External, Warning) = (key, made, external, warning);

    internal AccountKey Key { get; }

    /// <summary>The key is new, so there is no account yet.</summary>
    internal bool Made { get; }

    /// <summary>Null for none.</summary>
    internal ExternalAccount? External { get; }

    /// <summary>Something about the files that the operator should mend.</summary>
    internal string? Warning { get; }

    /// <summary>Where the key of <paramref name="directory"/>'s account is: one for each authority, so that trying one out leaves the other alone.</summary>
    internal static string KeyPath(string certDir, Uri directory) =>
        Path.Combine(certDir, $"acme-{directory.Authority.Replace(':', '-').Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal)}.key");

    /// <summary>Reads the files; makes the key when it is missing.</summary>
    /// <exception cref="StartupException">A file may not be read or made, or holds something else.</exception>
    internal static AcmeCredentials LoadOrMake(AcmeOptions options, string certDir)
    {
        var external = ReadExternal(options);
        var path = KeyPath(certDir, options.Directory);
        if (TryRead(path) is { } key) return new(key, made: false, external, Warn(options, path));
        key = AccountKey.Generate();
        if (PrivateFile.TryCreate(path, Settings.CertDir.Flag, Encoding.ASCII.GetBytes(key.ToPem())))
            return new(key, made: true, external, Warn(options, path));
        key.Dispose();
        return new(
            TryRead(path) ?? throw StartupException.Config($"{Settings.CertDir.Flag} {path}: vanished while it was read; start again"),
            made: false, external, Warn(options, path));
    }

    /// <summary>The same without making anything; null when the key is still to be made.</summary>
    /// <exception cref="StartupException">A file may not be read, or holds something else.</exception>
    internal static AcmeCredentials? Check(AcmeOptions options, string certDir)
    {
        var external = ReadExternal(options);
        var path = KeyPath(certDir, options.Directory);
        return TryRead(path) is { } key ? new(key, made: false, external, Warn(options, path)) : null;
    }

    public void Dispose() => Key.Dispose();

    private static AccountKey? TryRead(string path)
    {
        if (BoundedFile.TryRead(path, Settings.CertDir.Flag, LargestFile) is not { } pem) return null;
        try
        {
            return AccountKey.FromPem(Encoding.ASCII.GetString(pem));
        }
        catch (FormatException e)
        {
            throw StartupException.Config($"{Settings.CertDir.Flag} {path}: is no key of an account; {e.Message}; remove it and a new account is made", e);
        }
    }

    private static ExternalAccount? ReadExternal(AcmeOptions options)
    {
        if (options.EabHmacFile is not { } path) return null;
        var flag = Settings.AcmeEabHmacFile.Flag;
        try
        {
            return ExternalAccount.Parse(options.EabKid!, Encoding.ASCII.GetString(BoundedFile.Read(path, flag, LargestFile)));
        }
        catch (FormatException e)
        {
            throw StartupException.Config($"{flag} {path}: is no HMAC key; {e.Message}, as the authority gave it", e);
        }
    }

    private static string? Warn(AcmeOptions options, string path) =>
        PrivateFile.Warn(path, Settings.CertDir.Flag)
        ?? (options.EabHmacFile is { } secret ? PrivateFile.Warn(secret, Settings.AcmeEabHmacFile.Flag) : null);
}
