using System.Text.Json.Serialization;

namespace Relay.Agent.Ping;

/// <summary>What <c>relay ping --json</c> prints.</summary>
internal sealed record PingReport
{
    public required string Relay { get; init; }

    public required string Path { get; init; }

    public required string From { get; init; }

    public required string To { get; init; }

    public required double ConnectMs { get; init; }

    public required int Sent { get; init; }

    public required int Received { get; init; }

    public double? MinMs { get; init; }

    public double? AvgMs { get; init; }

    public double? MaxMs { get; init; }

    public double? MdevMs { get; init; }

    /// <summary>False when the relay says that the peer is not connected to it.</summary>
    public bool PeerConnected { get; init; } = true;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(PingReport))]
internal sealed partial class PingJson : JsonSerializerContext;
