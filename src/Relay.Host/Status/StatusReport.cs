using System.Text.Json;
using System.Text.Json.Serialization;

namespace Relay.Host.Status;

/// <summary>The node at one moment, as <c>/status.json</c> and the status page have it. Rates are of the last interval.</summary>
internal sealed record StatusReport
{
    public required NodeStatus Node { get; init; }

    public required ClientStatus Clients { get; init; }

    public required ConnectionStatus Connections { get; init; }

    public required TrafficStatus Traffic { get; init; }

    /// <summary>Packets since the start that did not arrive, by reason; the most frequent first.</summary>
    public required IReadOnlyList<DropStatus> Drops { get; init; }

    /// <summary>The busiest connections of the last interval, the busiest first.</summary>
    public required IReadOnlyList<TalkerStatus> Talkers { get; init; }

    public required MeshStatus Mesh { get; init; }

    /// <summary>Null when TLS is off.</summary>
    public required CertificateStatus? Certificate { get; init; }

    public required ProcessStatus Process { get; init; }

    /// <summary>The last minutes.</summary>
    public required HistoryStatus History { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, StatusJson.Default.StatusReport);
}

/// <param name="State"><c>up</c> or <c>draining</c>.</param>
/// <param name="Host">The name that clients use.</param>
/// <param name="Name">The node's name.</param>
/// <param name="Region">The region's id.</param>
/// <param name="Version">Of relayd.</param>
/// <param name="PublicKey">The relay's key.</param>
/// <param name="UptimeSeconds">Since the listeners opened.</param>
internal sealed record NodeStatus(string State, string Host, string Name, int Region, string Version, string PublicKey, long UptimeSeconds);

/// <param name="Keys">Keys that are connected.</param>
/// <param name="Raw">Connections with frames straight on TLS or TCP.</param>
/// <param name="WebSocket">Connections with frames in WebSocket messages.</param>
/// <param name="Home">Connections whose client calls this relay its home.</param>
/// <param name="NotIdeal">Connections whose client would rather be on another node.</param>
/// <param name="Duplicate">Connections that share their key with another one.</param>
/// <param name="Handshaking">Connections that have not proved a key yet.</param>
internal sealed record ClientStatus(int Keys, int Raw, int WebSocket, int Home, int NotIdeal, int Duplicate, int Handshaking);

/// <param name="Open">TCP connections of the public listeners.</param>
/// <param name="Limit">The most there may be.</param>
/// <param name="Accepted">Let in since the start.</param>
/// <param name="Refused">Closed at once since the start.</param>
internal sealed record ConnectionStatus(int Open, int Limit, long Accepted, long Refused);

/// <param name="PacketsInPerSecond">Read from clients.</param>
/// <param name="PacketsOutPerSecond">Written to clients.</param>
/// <param name="BytesInPerSecond">Data read from clients.</param>
/// <param name="BytesOutPerSecond">Data written to clients.</param>
/// <param name="DropsPerSecond">Packets that did not arrive.</param>
/// <param name="StunPerSecond">STUN requests answered.</param>
internal sealed record TrafficStatus(
    double PacketsInPerSecond, double PacketsOutPerSecond, double BytesInPerSecond, double BytesOutPerSecond, double DropsPerSecond, double StunPerSecond);

/// <param name="Reason">As in <c>relay_packets_dropped_total</c>.</param>
/// <param name="Packets">Since the start.</param>
internal sealed record DropStatus(string Reason, long Packets);

/// <param name="Key">The short form of the client's key.</param>
/// <param name="Transport"><c>raw</c> or <c>web_socket</c>.</param>
/// <param name="BytesInPerSecond">Read from it.</param>
/// <param name="BytesOutPerSecond">For it.</param>
/// <param name="BytesIn">Read since it connected.</param>
/// <param name="BytesOut">For it since it connected.</param>
/// <param name="Drops">Packets from it and for it that did not arrive.</param>
internal sealed record TalkerStatus(
    string Key, string Transport, double BytesInPerSecond, double BytesOutPerSecond, long BytesIn, long BytesOut, long Drops);

/// <param name="Watchers">Mesh connections that are told who comes and goes.</param>
/// <param name="ForwardedIn">Packets that mesh peers forwarded here since the start.</param>
/// <param name="Links">To the other relays of the region, by name.</param>
internal sealed record MeshStatus(int Watchers, long ForwardedIn, IReadOnlyList<LinkStatus> Links);

/// <param name="Name">What the operator calls the other relay.</param>
/// <param name="State">As in <c>relay_mesh_link_state</c>.</param>
/// <param name="Keys">Keys that the other relay is known to have.</param>
/// <param name="ForwardedOut">Packets forwarded there since the start.</param>
/// <param name="ForwardedIn">Packets that it forwarded here since the start.</param>
/// <param name="Waiting">Packets that wait to be written there.</param>
internal sealed record LinkStatus(string Name, string State, int Keys, long ForwardedOut, long ForwardedIn, int Waiting);

/// <param name="Expires">When the one in force ends; null while an authority has not issued the first one.</param>
/// <param name="DaysLeft">Until then; negative when it is over.</param>
internal sealed record CertificateStatus(DateTimeOffset? Expires, double? DaysLeft);

/// <param name="CpuShare">CPU seconds a second: 1 is one core.</param>
/// <param name="Cores">What the process may use.</param>
/// <param name="ResidentBytes">Memory in RAM.</param>
internal sealed record ProcessStatus(double CpuShare, int Cores, long ResidentBytes);

/// <summary>Equally long series, the oldest value first; rates a second.</summary>
/// <param name="IntervalSeconds">Between two values.</param>
/// <param name="BytesIn">Read from clients.</param>
/// <param name="BytesOut">Written to clients.</param>
/// <param name="Drops">Packets that did not arrive.</param>
/// <param name="Clients">Keys that were connected.</param>
/// <param name="Cpu">CPU seconds a second.</param>
internal sealed record HistoryStatus(
    double IntervalSeconds,
    IReadOnlyList<double> BytesIn,
    IReadOnlyList<double> BytesOut,
    IReadOnlyList<double> Drops,
    IReadOnlyList<double> Clients,
    IReadOnlyList<double> Cpu);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StatusReport))]
internal sealed partial class StatusJson : JsonSerializerContext;
