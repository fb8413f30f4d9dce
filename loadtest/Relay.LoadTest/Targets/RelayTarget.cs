using System.Globalization;
using Relay.LoadTest.Derp;
using Relay.LoadTest.Links;
using Relay.LoadTest.Traffic;
using Relay.Protocol.Keys;

namespace Relay.LoadTest.Targets;

/// <summary>A DERP relay, any that speaks the protocol, or a region of several that forward to each other.</summary>
internal sealed class RelayTarget : ITarget
{
    // Handshakes at a time: as many as keep a small relay busy without filling its backlog.
    private const int AtATime = 4;

    private readonly RelayUrl[] _relays;
    private readonly TransportKind _transport;
    private readonly TlsContext? _tls;
    private readonly TlsContext? _idleTls;
    private readonly Dictionary<string, string> _versions = [];

    internal RelayTarget(string name, IEnumerable<RelayUrl> relays, TransportKind transport, IReadOnlyList<int> serverPids)
    {
        (Name, _relays, _transport, ServerPids) = (name, [.. relays], transport, serverPids);
        if (_relays.Any(relay => relay.Tls)) (_tls, _idleTls) = (TlsContext.Client(), TlsContext.IdleClient());
    }

    public string Name { get; }

    public IReadOnlyList<int> ServerPids { get; }

    public IReadOnlyDictionary<string, string> Versions => _versions;

    public IReadOnlyList<DerpClient> Connect(TrafficPlan plan, CancellationToken stop) => Connect([.. plan.Clients.Select(client => client.Group + client.Hops)], _tls, stop);

    /// <summary>Connects clients that will do nothing, so that they cost the generator little.</summary>
    internal IReadOnlyList<DerpClient> ConnectIdle(int count, CancellationToken stop) => Connect([.. Enumerable.Range(0, count)], _idleTls, stop);

    /// <summary>For those who measure the connecting itself: the n-th of them, who are dealt out over all relays.</summary>
    internal DerpDialer Dialer(int number) => Dialers(_tls)[number % _relays.Length];

    public void Dispose()
    {
        _tls?.Dispose();
        _idleTls?.Dispose();
    }

    private DerpDialer[] Dialers(TlsContext? tls) => [.. _relays.Select(relay => new DerpDialer(relay, _transport, relay.Tls ? tls : null))];

    // A client for each place, which says on which relay.
    private DerpClient[] Connect(int[] places, TlsContext? tls, CancellationToken stop)
    {
        var dialers = Dialers(tls);
        var clients = new DerpClient?[places.Length];
        try
        {
            clients[0] = ConnectOne(dialers[places[0] % dialers.Length]);
            var options = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = stop };
            Parallel.For(1, places.Length, options, i => clients[i] = ConnectOne(dialers[places[i] % dialers.Length]));
        }
        catch (Exception e)
        {
            foreach (var client in clients) client?.Dispose();
            if (e is OperationCanceledException) throw;
            throw new IOException(Reason(e), e);
        }

        _versions[string.Create(CultureInfo.InvariantCulture, $"cipher ({Name})")] = clients[0]!.Link.Cipher;
        return clients!;
    }

    private static DerpClient ConnectOne(DerpDialer dialer)
    {
        using var key = NodePrivateKey.Generate();
        return dialer.Connect(key);
    }

    private static string Reason(Exception e) => e is AggregateException many ? many.InnerExceptions[0].Message : e.Message;
}
