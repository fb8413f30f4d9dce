using Relay.Client;

namespace Relay.Agent.Maps;

/// <summary>Connecting in words.</summary>
internal static class ConnectText
{
    /// <summary>How many milliseconds each step took.</summary>
    internal static string Phases(ConnectTimings timings) =>
        FormattableString.Invariant($"TCP {timings.Tcp.TotalMilliseconds:0.0}, TLS {timings.Tls.TotalMilliseconds:0.0}, ")
        + FormattableString.Invariant($"upgrade {timings.Upgrade.TotalMilliseconds:0.0}, DERP {timings.Derp.TotalMilliseconds:0.0}");
}
