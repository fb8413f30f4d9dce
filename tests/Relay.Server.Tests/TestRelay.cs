using System.Net;
using Microsoft.Extensions.Time.Testing;
using Relay.Protocol.Keys;
using Relay.Server.Admission;
using Relay.Server.Connections;
using Relay.Testing;

namespace Relay.Server.Tests;

/// <summary>A whole relay in memory, on a clock that moves only when told to.</summary>
internal sealed class TestRelay : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    private readonly List<TestClient> _clients = [];

    public TestRelay(RelayOptions? options = null, IAdmission? admission = null, NodePrivateKey? key = null)
        : this(options, _ => admission ?? new OpenAdmission(), key)
    {
    }

    /// <summary>With an admission that needs the relay's clock.</summary>
    public TestRelay(RelayOptions? options, Func<TimeProvider, IAdmission> admission, NodePrivateKey? key = null)
    {
        Key = key ?? NodePrivateKey.Generate();
        Admission = admission(Time);
        Server = new RelayServer(options ?? new RelayOptions(), Key, Admission, Time, Log);
    }

    public FakeTimeProvider Time { get; } = new();

    public EventLog Log { get; } = new();

    public NodePrivateKey Key { get; }

    public IAdmission Admission { get; }

    public RelayServer Server { get; }

    /// <summary>A connection that has sent nothing yet.</summary>
    public TestClient Open(TestClientOptions? options = null)
    {
        options ??= new TestClientOptions();
        var (near, far) = DuplexStream.CreatePair(options.Capacity);
        var socket = options.Socket?.Invoke(far);
        var session = Task.Run(async () =>
        {
            var end = await Server.ServeAsync(new RelayConnection
            {
                Stream = socket ?? (Stream)far,
                Socket = socket,
                Received = options.Received,
                Greeting = options.Greeting,
                RemoteEndPoint = options.Address ?? new IPEndPoint(IPAddress.Loopback, 40000),
                Transport = options.Transport,
                IdealNode = options.IdealNode,
                Handshake = options.Handshake,
                Abort = socket is null ? far.Abort : socket.Abort,
            });
            await far.DisposeAsync();
            return end;
        });
        var client = new TestClient(this, near, far, session, options);
        lock (_clients) _clients.Add(client); // links of other relays come when they like
        return client;
    }

    /// <summary>A client that has proved its key and been answered.</summary>
    public async Task<TestClient> ConnectAsync(TestClientOptions? options = null)
    {
        var client = Open(options);
        await client.HandshakeAsync();
        return client;
    }

    /// <summary>Moves the clock on, heartbeat by heartbeat.</summary>
    public void Advance(TimeSpan time)
    {
        for (; time > TimeSpan.Zero; time -= Beat) Time.Advance(time < Beat ? time : Beat);
    }

    /// <summary>The same until something happens that takes a thread as well as time, and comes when both have had their turn.</summary>
    public Task AdvanceUntilAsync(Func<bool> condition, string what) => Eventually.True(
        () =>
        {
            if (condition()) return true;
            Advance(Beat);
            return false;
        },
        what);

    /// <summary>All that waits for clients is written: a client may have read it before whoever wrote it knows.</summary>
    public Task WrittenAsync() => Eventually.Done(Task.WhenAll(Server.Sessions.Live.Select(session => session.Outbox.WhenIdleAsync())), "all to be written");

    public async ValueTask DisposeAsync()
    {
        // Whatever a test did, the books must be right and every session must end.
        Assert.Empty(Server.CheckConsistency());
        foreach (var client in _clients) await client.DisposeAsync();
        foreach (var client in _clients)
        {
            await Eventually.True(() => client.Session.IsCompleted || PassWhoIsHeldBack(), "a session to end after its client left");
            await client.Session;
        }

        Assert.Empty(Server.CheckConsistency());
        Assert.Equal(0, Server.Snapshot().Clients);
        await Server.DisposeAsync();
        Key.Dispose();
    }

    // Whoever is held back sees that its client has left when it reads again, and nobody else moves the clock any more.
    private bool PassWhoIsHeldBack()
    {
        if (Server.RateLimits.Waiting > 0) Time.Advance(TimeSpan.FromSeconds(1));
        return false;
    }
}
