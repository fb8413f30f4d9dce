using Relay.Host.Commands;
using Relay.Host.Configuration;
using Relay.Host.Failures;
using Relay.Host.Startup;

namespace Relay.Host.Serving;

/// <summary>Runs the server with checked options.</summary>
internal static class RelaydServer
{
    /// <summary>Loads keys and certificates and says that nothing is served yet.</summary>
    /// <exception cref="StartupException">A file cannot be had.</exception>
    internal static async Task RunAsync(RelaydOptions options, RelaydEnvironment environment, CancellationToken stop)
    {
        using var logging = LoggerFactory.Create(builder => builder.AddRelaydConsole(options));
        using var identity = Identity.Load(options, environment.Time, logging.CreateLogger("relayd"));
        stop.ThrowIfCancellationRequested();
        await environment.Out.WriteLineAsync($"relayd {BuildVersion.Short}: {identity.Key.Public.ToText()} serves nothing yet");
    }
}
