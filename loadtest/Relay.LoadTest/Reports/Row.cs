using System.Text.Json.Serialization;

namespace Relay.LoadTest.Reports;

/// <summary>What one run brought. Null where a scenario does not measure it. The names are the JSON's, and users' scripts know them.</summary>
internal sealed record Row
{
    public required string Target { get; init; }

    /// <summary>What was special about this run, as in "peak"; empty for nothing.</summary>
    public string Part { get; init; } = "";

    public double? OfferedPps { get; init; }

    public double? SentPps { get; init; }

    public double? DeliveredPps { get; init; }

    public double? DeliveredMbitS { get; init; }

    /// <summary>Of the packets offered, those that did not arrive, from 0 to 1.</summary>
    public double? Loss { get; init; }

    [JsonPropertyName("p50_us")]
    public double? P50 { get; init; }

    [JsonPropertyName("p90_us")]
    public double? P90 { get; init; }

    [JsonPropertyName("p99_us")]
    public double? P99 { get; init; }

    [JsonPropertyName("p999_us")]
    public double? P999 { get; init; }

    [JsonPropertyName("max_us")]
    public double? Max { get; init; }

    public double? ServerCpuS { get; init; }

    public double? ServerCpuUserS { get; init; }

    public double? ServerCpuSystemS { get; init; }

    public double? PacketsPerCpuS { get; init; }

    /// <summary>The reverse, in microseconds: of a packet, a connection, or a response.</summary>
    public double? CpuUsEach { get; init; }

    public long? ServerRssBytes { get; init; }

    public double? BytesPerIdleClient { get; init; }

    /// <summary>99 of 100 discovery packets took at most this long.</summary>
    public double? DiscoP99Us { get; init; }

    /// <summary>Of what a relay that shares perfectly would have given each: 1 is fair.</summary>
    public double? Jain { get; init; }

    /// <summary>What part of the whole machine's processors this program took.</summary>
    public double? GeneratorShare { get; init; }

    /// <summary>How long was measured.</summary>
    public double? Seconds { get; init; }

    /// <summary>Latency by percentile, for the chart.</summary>
    [JsonIgnore]
    public IReadOnlyList<(double Percent, double Microseconds)> Curve { get; init; } = [];
}
