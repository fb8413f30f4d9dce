using System.Net;
using System.Net.Sockets;
using Relay.LoadTest.Commands;
using Relay.LoadTest.Derp;
using Relay.LoadTest.Links;
using Relay.LoadTest.Traffic;
using Relay.Protocol.Keys;

namespace Relay.LoadTest.Targets;

/// <summary>The far ends of pairs that are joined by something that knows no keys: a TCP proxy, or nothing at all.</summary>
internal sealed class Sink : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly TlsContext? _server;
    private readonly TlsContext? _client;

    /// <param name="certificate">For TLS on both sides; null for none.</param>
    internal Sink(TemporaryCertificate? certificate)
    {
        if (certificate is not null) (_server, _client) = (TlsContext.Server(certificate.File), TlsContext.Client());
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(16);
    }

    internal IPEndPoint Address => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>
    /// Connects pair after pair to <paramref name="way"/>, which leads here: each sender's other end is the connection
    /// that comes in before the next is made.
    /// </summary>
    internal IReadOnlyList<DerpClient> Connect(TrafficPlan plan, IPEndPoint way, CancellationToken stop)
    {
        for (var i = 0; i < plan.Flows.Count; i++)
        {
            if (plan.Flows[i].From != 2 * i || plan.Flows[i].To != 2 * i + 1)
                throw LoadException.Usage("this scenario has packets from several clients for one, which only a relay can carry; compare throughput, light or pingpong");
        }

        List<DerpClient> clients = [];
        try
        {
            for (var i = 0; i < plan.Flows.Count; i++)
            {
                stop.ThrowIfCancellationRequested();
                clients.AddRange(ConnectPair(way));
            }

            return clients;
        }
        catch
        {
            foreach (var client in clients) client.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _server?.Dispose();
        _client?.Dispose();
    }

    private DerpClient[] ConnectPair(IPEndPoint way)
    {
        // Both handshakes of a pair without a proxy are one, so they are made at once.
        var accepting = Task.Run(Accept);
        var near = Link.Connect(way, _client, null);
        if (!((IAsyncResult)accepting).AsyncWaitHandle.WaitOne(Patience)) throw new IOException($"nothing came through {way} within {Patience.TotalSeconds} s");
        return [new DerpClient(near, NewKey(), false, []), new DerpClient(accepting.Result, NewKey(), false, [])];
    }

    private Link Accept()
    {
        var socket = _listener.Accept();
        return _server is null ? new PlainLink(socket) : TlsLink.AsServer(socket, _server);
    }

    private static NodeKey NewKey()
    {
        using var key = NodePrivateKey.Generate();
        return key.Public;
    }
}
