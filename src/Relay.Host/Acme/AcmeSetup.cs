using System.Text;
using Relay.Acme;
using Relay.Host.Certificates;
using Relay.Host.Configuration;

namespace Relay.Host.Acme;

/// <summary>For which name, from which authority, and where everything is kept.</summary>
internal sealed class AcmeSetup : IDisposable
{
    private readonly CertificateFiles _files;

    /// <param name="options">With ACME.</param>
    /// <param name="time">The clock of the certificates that answer challenges.</param>
    /// <exception cref="Failures.StartupException">A file may not be read or made, or holds something else.</exception>
    internal AcmeSetup(RelaydOptions options, TimeProvider time)
    {
        (Options, HostName) = (options.Acme!, options.HostName);
        _files = new CertificateFiles(options.CertDir!, options.HostName);
        Challenges = new AcmeChallenges(options.HttpListen is not null, time);
        Credentials = AcmeCredentials.LoadOrMake(Options, options.CertDir!);
    }

    internal AcmeOptions Options { get; }

    internal string HostName { get; }

    internal AcmeChallenges Challenges { get; }

    internal AcmeCredentials Credentials { get; }

    internal string RecordPath => _files.RecordPath;

    /// <summary>What was issued, as files hold it.</summary>
    internal static CertificatePem Pem(IssuedCertificate issued) => new(Encoding.ASCII.GetBytes(issued.ChainPem), Encoding.ASCII.GetBytes(issued.KeyPem));

    /// <summary>Writes what was issued where the source of certificates looks.</summary>
    internal void Keep(IssuedCertificate issued)
    {
        var pem = Pem(issued);
        new AcmeRecord(Options.Directory, pem.Pin()).Write(RecordPath);
        _files.Replace(pem);
    }

    internal AcmeClientOptions ToClientOptions(bool hasAccount, TimeProvider time) => new()
    {
        Directory = Options.Directory,
        Key = Credentials.Key,
        IsKnown = hasAccount,
        Email = Options.Email,
        ExternalAccount = Credentials.External,
        Profile = Options.Profile,
        TimeProvider = time,
    };

    public void Dispose() => Credentials.Dispose();
}
