using Relay.Host.Acme;
using Relay.Host.Admission;
using Relay.Host.Commands;
using Relay.Host.Configuration;
using Relay.Host.Failures;
using Relay.Host.Region;
using Relay.Host.Startup;
using Relay.Host.Status;
using Relay.Server;
using Relay.Stun;

namespace Relay.Host.Serving;

/// <summary>Runs the server with checked options: opens the ports, says so, serves, and stops as told.</summary>
internal static class RelaydServer
{
    // What is left to Kestrel once every client was told and every queue is empty: requests under way.
    private static readonly TimeSpan HttpGrace = TimeSpan.FromSeconds(2);

    /// <summary>Serves until <paramref name="stop"/>, then tells every client and lets the queues empty.</summary>
    /// <exception cref="StartupException">A file cannot be had, or a port cannot be opened.</exception>
    internal static async Task RunAsync(
        EffectiveSettings settings, RelaydOptions options, Func<EffectiveSettings> reload, RelaydEnvironment environment, CancellationToken stop)
    {
        using var logging = LoggerFactory.Create(builder => builder.AddRelaydConsole(options, environment.Time));
        var logger = logging.CreateLogger("relayd");
        using var hangUp = new HangUp();
        using var identity = Identity.Load(options, environment.Time, logger);
        using var gatekeeper = Gatekeeper.Open(options, environment.Time, logger);
        stop.ThrowIfCancellationRequested();

        await using var stun = new StunResponder(new StunResponderOptions
        {
            Policy = options.StunPolicy,
            TimeProvider = environment.Time,
        });
        var listeners = Listeners.Of(options, identity);
        var room = ConnectionRoom.Of(options.MaxConnections);
        await using var app = RelaydApp.Build(options with { MaxConnections = room }, environment.Time, logging, identity, gatekeeper, listeners, stun);
        app.Services.GetRequiredService<StatusBoard>().Start();
        await StartAsync(app, listeners, stop);
        var bound = listeners.Bound(await StartStunAsync(stun, options, stop));
        ConnectionRoom.Tell(options.MaxConnections, room, logger);

        var region = app.Services.GetService<RegionLinks>();
        region?.Start(bound.Relay[0].Port, identity);
        identity.Certificates?.Watch();
        gatekeeper.File?.Watch();
        await using var renewal = identity.Acme is { } acme
            ? new AcmeRenewal(acme, identity.Certificates!, AcmeRenewal.NewHttp(), environment.Time, logger)
            : null;
        hangUp.Then(new Reloader(
            identity, gatekeeper, renewal, region, app.Services.GetRequiredService<RelayServer>(), settings, reload, logger).Reload);
        var awaited = identity.Certificates is { Current: null } ? options.Acme?.Directory.Authority : null;
        await environment.Out.WriteAsync(Banner.Make(options, bound, identity.Key.Public, identity.Pin, environment.Colours, awaited));

        await stop.WhenCanceledAsync();
        await StopAsync(app, listeners, options, logger);
    }

    private static async Task StartAsync(WebApplication app, Listeners listeners, CancellationToken stop)
    {
        try
        {
            await app.StartAsync(stop);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException && listeners.FirstUnbound is not null)
        {
            // Kestrel binds them in order, so the first that is not bound is the one it failed on.
            var (setting, endPoint) = listeners.FirstUnbound.Value;
            throw BindFailure.Explain(setting, endPoint, e);
        }
    }

    private static async Task<IReadOnlyList<System.Net.IPEndPoint>> StartStunAsync(StunResponder stun, RelaydOptions options, CancellationToken stop)
    {
        if (options.StunListen.IsEmpty) return [];
        try
        {
            return await stun.StartAsync(options.StunListen, stop);
        }
        catch (Relay.Stun.Udp.StunBindException e)
        {
            throw BindFailure.Explain(Settings.StunListen, e.EndPoint, e);
        }
    }

    private static async Task StopAsync(WebApplication app, Listeners listeners, RelaydOptions options, ILogger logger)
    {
        Log.Stopping(logger, options.Drain);
        var relay = app.Services.GetRequiredService<RelayServer>();

        // Whoever is told to come back must not find this process again. The operator's endpoints stay: readiness says 503,
        // and the last of the numbers can be scraped.
        listeners.StopAccepting();
        await relay.DrainAsync(options.Drain);

        // A Redis that does not answer makes this last; whoever watches should see it.
        if (app.Services.GetService<RegionLinks>() is { } region) await region.DisposeAsync();
        app.Services.GetRequiredService<StatusBoard>().Close();
        using var limit = new CancellationTokenSource(HttpGrace);
        await app.StopAsync(limit.Token);
        Log.Stopped(logger);
    }
}
