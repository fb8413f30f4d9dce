using Relay.Client;

namespace Relay.Agent.Maps;

/// <summary>Connecting in words.</summary>
internal static class ConnectText
{
    /// <summary>Which relay it is, where, and by which certificate.</summary>
    internal static string Reached(RelayConnection connection)
    {
        var certificate = connection.Tls is { } tls ? $", certificate {tls.Subject} by {tls.Issuer}, sha256-raw:{tls.Sha256}" : "";
        return $"reached {connection.Name} at {connection.RemoteEndPoint} ({Phases(connection.Timings)}), relay {connection.ServerKey.ToText()}{certificate}";
    }

    /// <summary>How many milliseconds each step took, name service and proxy left out.</summary>
    internal static string Phases(ConnectTimings timings) =>
        FormattableString.Invariant($"TCP {timings.Tcp.TotalMilliseconds:0.0}, TLS {timings.Tls.TotalMilliseconds:0.0}, ")
        + FormattableString.Invariant($"upgrade {timings.Upgrade.TotalMilliseconds:0.0}, DERP {timings.Derp.TotalMilliseconds:0.0}");
}
