using Relay.Host.Acme;
using Relay.Host.Admission;
using Relay.Host.Configuration;
using Relay.Host.Failures;
using Relay.Host.Region;
using Relay.Host.Startup;
using Relay.Server;

namespace Relay.Host.Serving;

/// <summary>
/// Reads again what may change while the server runs: certificate, admission list, and from the settings the rates and the
/// list of relays. What is not good is refused with a line in the log, and what is in force stays. No connection ends.
/// </summary>
internal sealed class Reloader(
    Identity identity, Gatekeeper gatekeeper, AcmeRenewal? renewal, RegionLinks? region, RelayServer relay, Func<RelaydOptions> settings, ILogger logger)
{
    internal void Reload()
    {
        Log.HangUp(logger);
        identity.Certificates?.Reload();
        renewal?.Wake();
        gatekeeper.File?.Reload();
        try
        {
            var options = settings();
            relay.Rate = options.Rate;
            region?.Reload(options);
        }
        catch (StartupException e)
        {
            Log.NotReloaded(logger, e.Message);
        }
    }
}
