using Relay.Host.Commands;
using Relay.Host.Configuration;
using Relay.Host.Metrics;
using Relay.Host.Region;
using Relay.Host.Startup;
using Relay.Protocol.Frames;
using Relay.Server;
using Relay.Server.Connections;
using Relay.Server.Diagnostics;
using Relay.Server.Mesh;
using Relay.Server.Queues;
using Relay.Server.Transport;
using Relay.Stun;
using Relay.Stun.Answers;

namespace Relay.Host.Status;

/// <summary>
/// Makes reports from what the parts count for themselves. Each costs a walk over all sessions, and nothing between two.
/// For one caller at a time.
/// </summary>
internal sealed class StatusReporter(
    RelaydOptions options, Identity identity, RelayServer relay, ConnectionGate gate, StunResponder stun, RegionLinks? region, TimeProvider time)
{
    private const int Talkers = 10;
    private const int HistoryLength = 150;

    private static readonly PacketKind[] Kinds = Enum.GetValues<PacketKind>();
    private static readonly DropReason[] Reasons = Enum.GetValues<DropReason>();

    private readonly StatusHistory _history = new(HistoryLength);
    private readonly long _started = time.GetTimestamp();
    private StatusSample? _last;

    /// <summary>The rates are of the time since the call before, and are 0 at first.</summary>
    public StatusReport Take(TimeSpan interval)
    {
        var now = relay.Snapshot();
        var sample = Sample(now);
        var before = _last ?? sample;
        _last = sample;
        var seconds = time.GetElapsedTime(before.Timestamp, sample.Timestamp).TotalSeconds;
        var traffic = new TrafficStatus(
            Rate(sample.PacketsIn - before.PacketsIn, seconds),
            Rate(sample.PacketsOut - before.PacketsOut, seconds),
            Rate(sample.BytesIn - before.BytesIn, seconds),
            Rate(sample.BytesOut - before.BytesOut, seconds),
            Rate(sample.Drops - before.Drops, seconds),
            Rate(sample.Stun - before.Stun, seconds));
        var cpu = seconds > 0 ? (sample.Cpu - before.Cpu).TotalSeconds / seconds : 0;
        _history.Add(traffic, now.Clients, cpu);
        return new StatusReport
        {
            Node = Node(now),
            Clients = new ClientStatus(
                now.Clients, now.Connections(TransportKind.Raw), now.Connections(TransportKind.WebSocket),
                now.Home, now.NotIdeal, now.Duplicates, now.Handshaking),
            Connections = new ConnectionStatus(
                gate.Open, gate.MaxConnections, gate.Accepted, Enum.GetValues<GateVerdict>().Sum(gate.Refused)),
            Traffic = traffic,
            Drops = [.. Reasons.Select(r => new DropStatus(MetricLabels.Of(r), Dropped(now, r))).Where(d => d.Packets > 0).OrderByDescending(d => d.Packets)],
            Talkers = [.. relay.SurveyTalkers(Talkers).Select(t => Talker(t, seconds))],
            Mesh = new MeshStatus(now.Watchers, now.ForwardedIn, [.. (region?.Links ?? []).OrderBy(l => l.Name, StringComparer.Ordinal).Select(Link)]),
            Certificate = Certificate(),
            Process = new ProcessStatus(Math.Round(cpu, 3), Environment.ProcessorCount, Environment.WorkingSet),
            History = _history.ToStatus(interval),
        };
    }

    private NodeStatus Node(RelaySnapshot now) => new(
        now.Draining ? "draining" : "up", options.HostName, options.Node, options.Region, BuildVersion.Short,
        relay.PublicKey.ToText(), (long)time.GetElapsedTime(_started).TotalSeconds);

    private StatusSample Sample(RelaySnapshot now)
    {
        var answered = stun.GetStatistics();
        return new StatusSample(
            time.GetTimestamp(),
            Kinds.Sum(now.PacketsIn), Kinds.Sum(now.PacketsOut), Kinds.Sum(now.BytesIn), Kinds.Sum(now.BytesOut),
            Reasons.Sum(r => Dropped(now, r)),
            answered[StunDisposition.Success] + answered[StunDisposition.SuccessClassic],
            Environment.CpuUsage.TotalTime);
    }

    private CertificateStatus? Certificate()
    {
        if (identity.Certificates is not { } certificates) return null;
        return certificates.Current?.NotAfter is { } end
            ? new CertificateStatus(end, Math.Round((end - time.GetUtcNow()).TotalDays, 2))
            : new CertificateStatus(null, null);
    }

    private static LinkStatus Link(MeshLinkSnapshot link) => new(
        link.Name, MetricLabels.Of(link.State), link.Keys, link.ForwardedOut, link.ForwardedIn, link.PacketsWaiting);

    private static TalkerStatus Talker(Talker talker, double seconds) => new(
        talker.Key.ToString().Trim('[', ']'), MetricLabels.Of(talker.Transport),
        Rate(talker.RecentBytesIn, seconds), Rate(talker.RecentBytesOut, seconds),
        talker.BytesIn, talker.BytesOut, talker.PacketsDropped);

    private static long Dropped(RelaySnapshot now, DropReason reason) => Kinds.Sum(kind => now.PacketsDropped(reason, kind));

    // What packets lost after they were accepted are taken back from what went out, so a rate could be below 0 for once.
    private static double Rate(long count, double seconds) => seconds > 0 ? Math.Round(Math.Max(0, count) / seconds, 1) : 0;
}
