using Relay.Host.Acme;
using Relay.Host.Admission;
using Relay.Host.Configuration;
using Relay.Host.Failures;
using Relay.Host.Region;
using Relay.Host.Startup;
using Relay.Server;

namespace Relay.Host.Serving;

/// <summary>
/// Reads again what may change while the server runs: certificate, admission list, and of the settings the rates, the list of
/// relays and when to shed. What is not good is refused with a line in the log, and what is in force stays. No connection ends.
/// What else has changed against <paramref name="running"/>, with which the server was started, is named in the log.
/// </summary>
internal sealed class Reloader(
    Identity identity, Gatekeeper gatekeeper, AcmeRenewal? renewal, RegionLinks? region, RelayServer relay,
    EffectiveSettings running, Func<EffectiveSettings> load, ILogger logger)
{
    internal void Reload()
    {
        Log.HangUp(logger);
        Try(() => identity.Certificates?.Reload());
        Try(() => renewal?.Wake());
        Try(() => gatekeeper.File?.Reload());
        Try(ReloadSettings);
    }

    private void ReloadSettings()
    {
        var settings = load();
        var options = OptionsBinder.Bind(settings);
        relay.Rate = options.Rate;
        region?.Reload(options);
        var waiting = string.Join(", ", settings.ChangedFrom(running).Where(setting => !setting.Reloads).Select(setting => setting.Flag));
        if (waiting.Length > 0) Log.WaitsForRestart(logger, waiting);
    }

    private void Try(Action reload)
    {
        try
        {
            reload();
        }
        catch (Exception e)
        {
            // This is the root of a signal's handler: what escapes from here ends the process.
            Log.NotReloaded(logger, StartupException.OneLine(e.Message));
        }
    }
}
