using Relay.Paths.Candidates;
using Relay.Stun.Messages;

namespace Relay.Paths.Local;

/// <summary>
/// Asks STUN servers how they see us, from the socket that data goes through: a few requests to each, and then silence
/// until somebody asks again.
/// </summary>
internal sealed class StunRounds(IPathSink sink)
{
    private const int MaxServers = 8;

    private static readonly TimeSpan[] Tries = [TimeSpan.Zero, TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(500)];
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(1500);

    private readonly List<StunServer> _servers = [];
    private readonly Dictionary<StunTransactionId, StunServer> _asked = [];
    private TimeSpan _startedAt = Timing.Never;
    private int _tries = Tries.Length;

    /// <summary>When the last round ended, or the running one began.</summary>
    internal TimeSpan FreshAt { get; private set; } = Timing.Never;

    internal bool IsRunning { get; private set; }

    internal TimeSpan Due => !IsRunning ? TimeSpan.MaxValue : _startedAt + (_tries < Tries.Length ? Tries[_tries] : Length);

    internal NatReport Report { get; private set; } = NatReport.Unknown;

    /// <summary>Our addresses as servers see them.</summary>
    internal IEnumerable<TransportAddress> Reflexive => _servers.Where(server => server.Seen.Family != 0).Select(server => server.Seen);

    internal void SetServers(IEnumerable<TransportAddress> servers)
    {
        var before = _servers.ToDictionary(server => server.Address);
        _servers.Clear();
        _servers.AddRange(servers.Where(a => a.CanBeSource).Distinct().Take(MaxServers).Select(a => before.GetValueOrDefault(a) ?? new StunServer(a)));
    }

    /// <summary>What was seen from another place in the network is worth nothing.</summary>
    internal void Forget()
    {
        _servers.ForEach(server => server.Forget());
        _asked.Clear();
        (Report, IsRunning) = (NatReport.Unknown, false);
    }

    internal void Start(TimeSpan now)
    {
        if (IsRunning || _servers.Count == 0) return;
        (IsRunning, _startedAt, FreshAt, _tries) = (true, now, now, 0);
        _asked.Clear();
        _servers.ForEach(server => server.Begin());
        OnTimer(now);
    }

    internal void OnTimer(TimeSpan now)
    {
        while (IsRunning && Due <= now)
        {
            if (_tries == Tries.Length) End(now);
            else Ask();
        }
    }

    /// <summary>Takes an answer; one that nobody asked for, or that names an impossible address, changes nothing.</summary>
    internal void OnAnswer(TimeSpan now, ReadOnlySpan<byte> datagram)
    {
        if (StunResponse.Parse(datagram, out var response) != StunResponseStatus.Success) return;
        if (!_asked.Remove(response.TransactionId, out var server)) return;
        if (!AddressRules.CanBePeer(response.Address) || response.Address.Family != server.Address.Family) return;
        server.Answer(response.Address);
        if (_servers.TrueForAll(s => s.Answered)) End(now);
        else if (Report == NatReport.Unknown || Report.UdpBlocked) Report = Summarize(blocked: false);
    }

    private void Ask()
    {
        Span<byte> request = stackalloc byte[StunRequest.Size];
        _tries++;
        foreach (var server in _servers.Where(server => !server.Answered))
        {
            var id = StunTransactionId.NewRandom();
            _asked.Add(id, server);
            StunRequest.Write(request, id);
            sink.SendDatagram(server.Address, request);
        }
    }

    private void End(TimeSpan now)
    {
        (IsRunning, FreshAt) = (false, now);
        _servers.ForEach(server => server.End());
        Report = Summarize(_servers.TrueForAll(server => !server.Answered));
    }

    private NatReport Summarize(bool blocked)
    {
        var v4 = _servers.Where(s => s.Answered && s.Seen.Family == StunAddressFamily.IPv4).Select(s => s.Seen).ToList();
        return new NatReport
        {
            PublicIPv4 = v4.FirstOrDefault(),
            PublicIPv6 = _servers.Find(s => s.Answered && s.Seen.Family == StunAddressFamily.IPv6)?.Seen ?? default,
            MappingVaries = v4.Count < 2 ? null : v4.Distinct().Count() > 1,
            UdpBlocked = blocked,
        };
    }
}
