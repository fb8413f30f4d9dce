using System.Collections.Immutable;
using System.Net;
using Relay.Server.Limits;
using Relay.Stun.Answers;

namespace Relay.Host.Configuration;

/// <summary>What relayd runs with: every setting read, checked and put in order. Does not change.</summary>
internal sealed record RelaydOptions
{
    /// <summary>Everything local and throw-away.</summary>
    public required bool Dev { get; init; }

    /// <summary>DNS name in lower case, or IP address without brackets.</summary>
    public required string HostName { get; init; }

    /// <summary>The address that <see cref="HostName"/> is; null for a DNS name.</summary>
    public IPAddress? HostAddress => Formats.NameFormat.AddressOf(HostName);

    /// <summary>At least one. Port 0 takes any free port. <c>[::]</c> is meant to take IPv4 as well.</summary>
    public required ImmutableArray<IPEndPoint> Listen { get; init; }

    /// <summary>Null for none.</summary>
    public required IPEndPoint? HttpListen { get; init; }

    /// <summary>Empty for none.</summary>
    public required ImmutableArray<IPEndPoint> StunListen { get; init; }

    public required IPEndPoint AdminListen { get; init; }

    public required StunPolicy StunPolicy { get; init; }

    /// <summary>Null for a fresh key that is not written.</summary>
    public required string? KeyFile { get; init; }

    public required TlsMode Tls { get; init; }

    /// <summary>Null keeps a self-signed certificate in memory.</summary>
    public required string? CertDir { get; init; }

    /// <summary>Not null with <see cref="TlsMode.Acme"/>.</summary>
    public required AcmeOptions? Acme { get; init; }

    public required AdmitPolicy Admit { get; init; }

    /// <summary>Whether clients are let in while an admission service does not answer.</summary>
    public required bool AdmitUnanswered { get; init; }

    /// <summary>Packets waiting for one receiver, 1 to 4096.</summary>
    public required int Queue { get; init; }

    /// <summary>Whose word about a client's address is believed.</summary>
    public required ImmutableArray<IPNetwork> TrustedProxies { get; init; }

    /// <summary>What each client may send; null for no limit.</summary>
    public required ByteRate? Rate { get; init; }

    public required int MaxConnections { get; init; }

    /// <summary>Connections that are no client yet.</summary>
    public required int MaxHandshakes { get; init; }

    /// <summary>0 for no limit.</summary>
    public required int AcceptRate { get; init; }

    /// <summary>0 for no limit.</summary>
    public required int MaxConnectionsPerSource { get; init; }

    /// <summary>0 for no limit.</summary>
    public required int AcceptRatePerSource { get; init; }

    /// <summary>1 to 65535.</summary>
    public required int Region { get; init; }

    public required string Node { get; init; }

    /// <summary>Null for no mesh key.</summary>
    public required string? MeshKeyFile { get; init; }

    /// <summary>Redis of a region; null for none.</summary>
    public required Uri? Cluster { get; init; }

    /// <summary>Where the other relays of the cluster reach this one; null to find out.</summary>
    public required string? ClusterAddress { get; init; }

    /// <summary>Empty for none.</summary>
    public required ImmutableArray<MeshPeer> MeshWith { get; init; }

    /// <summary>Null for never.</summary>
    public required int? ShedAbove { get; init; }

    public required HomePage Home { get; init; }

    /// <summary>Names in lower case; empty for none.</summary>
    public required ImmutableArray<string> BootstrapDnsNames { get; init; }

    /// <summary>Longest time for the told restart; zero for none.</summary>
    public required TimeSpan Drain { get; init; }

    public required LogLevel LogLevel { get; init; }
}
