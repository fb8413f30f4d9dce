using Relay.Protocol.Map;

namespace Relay.Client;

/// <summary>
/// How a <see cref="RelayNetwork"/> uses the regions of its map. Immutable; values out of range are refused when they are set,
/// with an <see cref="ArgumentException"/> of one line.
/// </summary>
public sealed record RelayNetworkOptions
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100), Longest = TimeSpan.FromHours(1);

    /// <summary>How each region is connected to, and by whose key. Its <see cref="RelayClientOptions.Preferred"/> is not looked at.</summary>
    public required RelayClientOptions Client { get; init => field = value ?? throw new ArgumentNullException(nameof(Client)); }

    /// <summary>The relays of the map speak HTTP without TLS. For tests and development. Default false.</summary>
    public bool PlainHttp { get; init; }

    /// <summary>
    /// Stay connected to the map's first region as well, so that those who know no more of each other than the map meet there.
    /// Default true; false where callers always know their peers' homes.
    /// </summary>
    public bool MeetAtFirst { get; init; } = true;

    /// <summary>Stay connected to the next nearest region as well, so that no packet waits when the home is lost. Default false.</summary>
    public bool KeepSpare { get; init; }

    /// <summary>Connections at a time, those that are kept and those that a packet opened. Default 16; 4 to 1024.</summary>
    public int MaxConnections { get; init => field = Range(value, 4, 1024, nameof(MaxConnections)); } = 16;

    /// <summary>
    /// Peers that are remembered without having been added, since they were heard or sent to; the ones unused for longest are
    /// forgotten. Default 4096; 16 to 1048576.
    /// </summary>
    public int MaxLearnedPeers { get; init => field = Range(value, 16, 1 << 20, nameof(MaxLearnedPeers)); } = 4096;

    /// <summary>
    /// How long a connection that is not kept may carry no packet, in or out, before it is closed; looked at every quarter of
    /// that. Default 60 s; 0.1 s to 1 h.
    /// </summary>
    public TimeSpan IdleTimeout { get; init => field = Range(value, nameof(IdleTimeout)); } = TimeSpan.FromSeconds(60);

    /// <summary>How often the regions are measured. Default 5 min; 0.1 s to 1 h.</summary>
    public TimeSpan MeasureInterval { get; init => field = Range(value, nameof(MeasureInterval)); } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Measures how far the map's regions are, and returns those that answered. Default null: by STUN, where UDP is blocked by
    /// HTTPS.
    /// </summary>
    public Func<DerpMap, CancellationToken, Task<IReadOnlyDictionary<int, TimeSpan>>>? Measure { get; init; }

    private static int Range(int value, int least, int most, string name) =>
        value >= least && value <= most ? value : throw new ArgumentOutOfRangeException(name, $"{name} is {value}; {least} to {most} was expected");

    private static TimeSpan Range(TimeSpan value, string name) =>
        value >= Shortest && value <= Longest ? value : throw new ArgumentOutOfRangeException(name, $"{name} is {value}; 0.1 s to 1 h was expected");
}
