using Relay.Host.Admission;
using Relay.Host.Configuration;
using Relay.Host.Region;
using Relay.Host.Startup;
using Relay.Server;
using Relay.Server.Transport;
using Relay.Server.Transport.Proxies;
using Relay.Server.Transport.Tls;
using Relay.Stun;

namespace Relay.Host.Metrics;

/// <summary>All metrics of relayd, a group a line.</summary>
internal static class RelayMetricsRegistration
{
    internal static IServiceCollection AddRelayMetrics(
        this IServiceCollection services, RelaydOptions options, Identity identity, Gatekeeper gatekeeper, StunResponder stun, TimeProvider time) =>
        services.AddSingleton(provider =>
        {
            var relay = provider.GetRequiredService<RelayServer>();
            return new RelayMetrics(
                options.Region,
                options.Node,
                make => new ConnectionMetrics(
                    make, provider.GetRequiredService<ConnectionGate>(), provider.GetRequiredService<TlsCounters>(), provider.GetRequiredService<ProxyCounters>()),
                make => new ClientMetrics(make, relay),
                make => new ShareMetrics(make, relay.SurveyShares, time),
                make => new AdmissionMetrics(make, relay.Admissions, gatekeeper),
                make => new RateLimitMetrics(make, relay.RateLimits),
                make => new StunMetrics(make, stun),
                make => provider.GetService<RegionLinks>() is { } region ? new MeshMetrics(make, region) : new NoMetrics(),
                make => provider.GetService<RegionLinks>() is { Cluster: not null } cluster ? new ClusterMetrics(make, cluster) : new NoMetrics(),
                make => new CertificateMetrics(make, identity.Certificates is { } certificates ? () => certificates.Current?.NotAfter : null, time),
                make => new RuntimeMetrics(make));
        });
}
