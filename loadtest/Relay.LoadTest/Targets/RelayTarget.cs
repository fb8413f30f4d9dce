using System.Globalization;
using Relay.LoadTest.Derp;
using Relay.LoadTest.Links;
using Relay.LoadTest.Traffic;
using Relay.Protocol.Keys;

namespace Relay.LoadTest.Targets;

/// <summary>A DERP relay: any that speaks the protocol.</summary>
internal sealed class RelayTarget(string name, RelayUrl url, TransportKind transport, int? serverPid) : ITarget
{
    // Handshakes at a time: as many as keep a small relay busy without filling its backlog.
    private const int AtATime = 4;

    private readonly TlsContext? _tls = url.Tls ? TlsContext.Client() : null;
    private readonly TlsContext? _idleTls = url.Tls ? TlsContext.IdleClient() : null;
    private readonly Dictionary<string, string> _versions = [];

    public string Name { get; } = name;

    public int? ServerPid { get; } = serverPid;

    public IReadOnlyDictionary<string, string> Versions => _versions;

    public IReadOnlyList<DerpClient> Connect(TrafficPlan plan) => Connect(plan.Clients.Count, _tls);

    /// <summary>Connects clients that will do nothing, so that they cost the generator little.</summary>
    internal IReadOnlyList<DerpClient> ConnectIdle(int count) => Connect(count, _idleTls);

    /// <summary>For those who measure the connecting itself.</summary>
    internal DerpDialer Dialer() => new(url, transport, _tls);

    public void Dispose()
    {
        _tls?.Dispose();
        _idleTls?.Dispose();
    }

    private DerpClient[] Connect(int count, TlsContext? tls)
    {
        var dialer = new DerpDialer(url, transport, tls);
        var clients = new DerpClient?[count];
        try
        {
            clients[0] = ConnectOne(dialer);
            Parallel.For(1, count, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, i => clients[i] = ConnectOne(dialer));
        }
        catch (Exception e)
        {
            foreach (var client in clients) client?.Dispose();
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
