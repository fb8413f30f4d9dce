using Prometheus;
using Relay.Host.Admission;
using Relay.Host.Configuration;
using Relay.Host.Metrics;
using Relay.Host.Region;
using Relay.Host.Startup;
using Relay.Host.Status;
using Relay.Server;
using Relay.Server.Http;
using Relay.Server.Transport;
using Relay.Server.Transport.Proxies;
using Relay.Stun;

namespace Relay.Host.Serving;

/// <summary>Puts the parts together: the relay, its listeners and endpoints, and the operator's endpoints.</summary>
internal static class RelaydApp
{
    internal static WebApplication Build(
        RelaydOptions options, TimeProvider time, ILoggerFactory logging, Identity identity, Gatekeeper gatekeeper,
        Listeners listeners, StunResponder stun)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "relayd" });
        builder.WebHost.UseKestrelCore();
        var services = builder.Services;
        services.AddSingleton(logging); // its bound is one for all of relayd
        services.AddRoutingCore();
        services.AddSingleton(time);
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.AddSingleton(new ConnectionGate(
            time, options.MaxConnections, options.AcceptRate, options.MaxConnectionsPerSource, options.AcceptRatePerSource,
            options.MaxHandshakes));
        services.AddSingleton(new SocketTransportOptions { Proxies = new TrustedProxies(options.TrustedProxies) });
        services.AddSingleton(gatekeeper.Admission);
        services.AddSingleton(new RelayOptions
        {
            QueueLength = options.Queue,
            Rate = options.Rate,
            MeshKey = identity.MeshKey,
            ShedAbove = options.ShedAbove,
            RestartElsewhere = options.Cluster is not null || !options.MeshWith.IsEmpty,
        });
        services.AddSingleton(identity.Key);
        services.AddSingleton<RelayServer>();
        services.AddSingleton<IRelay>(provider => provider.GetRequiredService<RelayServer>());
        services.AddRegion(options, identity, time);
        services.AddRelayMetrics(options, identity, gatekeeper, stun, time);
        services.AddStatus(options, identity, stun, time);
        builder.AddRelayHttp(
            new RelayHttpOptions
            {
                BootstrapNames = options.BootstrapDnsNames,
                Home = Home(options.Home),
                Acme = identity.Acme?.Challenges,
                NotReady = () => identity.Certificates is { Current: null } ? "no certificate yet" : null,
                // Which port the system will choose for port 0 nobody knows yet.
                PublicUrl = options.Dev || options.Listen[0].Port == 0 ? null : PublicUrl.Of(options, options.Listen[0].Port),
            },
            listeners.All);

        var app = builder.Build();
        app.UseRelayHttp();
        app.UseRouting();
        app.MapRelayHealth(() => app.Services.GetService<RegionLinks>()?.Remark);
        app.MapStatus();
        app.MapDebug(options, identity, time);
        app.MapMetrics(registry: app.Services.GetRequiredService<RelayMetrics>().Registry);
        return app;
    }

    private static HomePageOptions Home(HomePage home) => new()
    {
        Mode = home.Kind switch
        {
            HomePageKind.Blank => HomePageMode.Blank,
            HomePageKind.Redirect => HomePageMode.Redirect,
            _ => HomePageMode.Page,
        },
        Target = home.Url,
    };

    /// <summary>Signals are the command's: the host neither waits for them nor prints anything.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
