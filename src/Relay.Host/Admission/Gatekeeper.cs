using Relay.Host.Configuration;
using Relay.Host.Failures;
using Relay.Server.Admission;

namespace Relay.Host.Admission;

/// <summary>Who decides which clients may use the relay, as the options ask for. Loaded before a port opens.</summary>
internal sealed class Gatekeeper : IDisposable
{
    // A service that moves to another address is found again.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    private Gatekeeper(IAdmission admission, AdmissionLookUps lookUps, AdmissionFileSource? file = null, ServiceAdmission? service = null) =>
        (Admission, LookUps, File, Service) = (admission, lookUps, file, service);

    /// <summary>The decider.</summary>
    internal IAdmission Admission { get; }

    /// <summary>Where its list comes from; null when it has none.</summary>
    internal AdmissionFileSource? File { get; }

    /// <summary>The service that is asked; null without one.</summary>
    internal ServiceAdmission? Service { get; }

    /// <summary>How an admission service was asked; zero where there is none.</summary>
    internal AdmissionLookUps LookUps { get; }

    /// <exception cref="StartupException">The list is missing or no good.</exception>
    internal static Gatekeeper Open(RelaydOptions options, TimeProvider time, ILogger logger)
    {
        var lookUps = new AdmissionLookUps();
        if (options.Admit.Path is { } path)
        {
            var file = new AdmissionFileSource(new AdmissionFile(path), time, logger);
            return new(file.Admission, lookUps, file);
        }

        if (options.Admit.Url is not { } url) return new(new OpenAdmission(), lookUps);
        var ask = new AdmissionServiceOptions { Url = url, AdmitUnanswered = options.AdmitUnanswered };
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = ask.MaxQuestions, PooledConnectionLifetime = ConnectionLifetime };
        var service = new ServiceAdmission(ask, handler, lookUps, time, logger);
        return new(service, lookUps, service: service);
    }

    public void Dispose()
    {
        File?.Dispose();
        Service?.Dispose();
    }
}
