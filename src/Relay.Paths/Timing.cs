namespace Relay.Paths;

/// <summary>
/// The engine's rhythm. Everything that must hold for a person follows from these: a silently dead path is left within two
/// seconds, one that answers probes and loses data within five, and nothing is sent when nothing is to be sent.
/// </summary>
internal static class Timing
{
    /// <summary>Long before any clock of ours began.</summary>
    internal static readonly TimeSpan Never = TimeSpan.FromDays(-10_000);

    /// <summary>How often counters are looked at while packets are sent.</summary>
    internal static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    /// <summary>Sent within this time: busy. Heartbeats are quick and carry counts.</summary>
    internal static readonly TimeSpan Busy = TimeSpan.FromSeconds(2);

    internal static readonly TimeSpan BusyHeartbeat = TimeSpan.FromSeconds(1);

    internal static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Sent nothing for this long: all probing stops. More than the 10 s after which WireGuard confirms what it received,
    /// so that a node that only receives keeps its paths.
    /// </summary>
    internal static readonly TimeSpan Rest = TimeSpan.FromSeconds(15);

    /// <summary>A probe unanswered for this long, and no data in for as long: doubt.</summary>
    internal static readonly TimeSpan Doubt = TimeSpan.FromMilliseconds(300);

    /// <summary>The same while data still comes in: probes get lost, too.</summary>
    internal static readonly TimeSpan DoubtDespiteData = TimeSpan.FromMilliseconds(900);

    /// <summary>Packets go out, none came in for this long and a round trip, and some did before: a probe, ahead of its time.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(100);

    /// <summary>How soon after the last time a peer that is heard from an unknown address makes its path doubtful.</summary>
    internal static readonly TimeSpan ElsewhereAgain = TimeSpan.FromSeconds(3);

    /// <summary>Between probes of a path that owes an answer.</summary>
    internal static readonly TimeSpan ProbeAgain = TimeSpan.FromMilliseconds(150);

    /// <summary>In doubt for this long: the path is given up.</summary>
    internal static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(3);

    /// <summary>A probe older than this is forgotten; its answer, if it comes, is none.</summary>
    internal static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(5);

    /// <summary>An answer older than this does not make a path.</summary>
    internal static readonly TimeSpan FreshAnswer = TimeSpan.FromSeconds(5);

    /// <summary>When the probes of a round are repeated, from its start.</summary>
    internal static readonly TimeSpan[] Burst = [.. new[] { 0, 50, 150, 350, 750, 1500 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    /// <summary>From one round to the next while none succeeds; the last one is repeated.</summary>
    internal static readonly TimeSpan[] RoundAfter = [.. new[] { 3, 5, 5, 10, 15, 30, 60 }.Select(s => TimeSpan.FromSeconds(s))];

    /// <summary>How often a better path is looked for while there is a good one.</summary>
    internal static readonly TimeSpan Upgrade = TimeSpan.FromSeconds(60);

    /// <summary>Repeats of an announcement that got no answer; the last one is repeated.</summary>
    internal static readonly TimeSpan[] AnnounceAgain = [.. new[] { 300, 600, 1200, 2500, 5000, 10_000, 30_000 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    /// <summary>Full-sized probes, from the first on; four lost while small ones are answered mean that they do not fit.</summary>
    internal static readonly TimeSpan[] FullProbes = [.. new[] { 0, 150, 400, 900 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    /// <summary>How long a path that lost data is left alone, the first time and at most; it doubles.</summary>
    internal static readonly TimeSpan Shun = TimeSpan.FromSeconds(30);

    internal static readonly TimeSpan LongestShun = TimeSpan.FromMinutes(10);

    /// <summary>
    /// STUN answers older than this are asked for again when a search begins: the path may be lost because the NAT maps anew.
    /// </summary>
    internal static readonly TimeSpan StunFresh = TimeSpan.FromSeconds(5);

    /// <summary>A ping from an address is answered with one of ours, unless that went out just now.</summary>
    internal static readonly TimeSpan PingBackAgain = TimeSpan.FromMilliseconds(30);

    /// <summary>A call-me-maybe is answered with ours, unless that went out just now.</summary>
    internal static readonly TimeSpan CallAgain = TimeSpan.FromSeconds(1);

    /// <summary>After so long, rounds that failed say nothing about those to come.</summary>
    internal static readonly TimeSpan Encouragement = TimeSpan.FromMinutes(5);

    /// <summary>A peer that was heard within this time is told when we move, even if nothing is being sent.</summary>
    internal static readonly TimeSpan RememberedOnRoam = TimeSpan.FromSeconds(60);

    /// <summary>A round trip this short needs no better path.</summary>
    internal static readonly TimeSpan QuickEnough = TimeSpan.FromMilliseconds(5);

    /// <summary>For so long a search is under way; after that there is a reason.</summary>
    internal static readonly TimeSpan SearchTime = TimeSpan.FromSeconds(4);

    internal static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>So many answers before a path is left for one that seems better.</summary>
    internal const int SamplesToCompare = 3;
}
