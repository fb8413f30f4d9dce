using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Threading.Channels;
using Relay.Client.Tests.Fakes;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;
using Relay.Testing;

namespace Relay.Client.Tests.Regions;

/// <summary>A <see cref="RelayNetwork"/> that receives, and keeps what it was told. Distances are what the test says they are.</summary>
internal sealed class NetworkNode : IAsyncDisposable
{
    private readonly NodePrivateKey _key = NodePrivateKey.Generate();
    private readonly Channel<Packet> _packets = Channel.CreateUnbounded<Packet>();
    private readonly Channel<int> _homes = Channel.CreateUnbounded<int>();
    private readonly Channel<(NodeKey Peer, int Region)> _gone = Channel.CreateUnbounded<(NodeKey, int)>();
    private Task _receiving = Task.CompletedTask;
    private readonly ConcurrentQueue<int?> _measured = new();

    public NetworkNode(TestRegions regions, int nearest, Func<RelayNetworkOptions, RelayNetworkOptions> change)
    {
        foreach (var id in regions.Map.Regions.Keys) Distances[id] = 100 + (10 * id);
        Distances[nearest] = 10;
        Network = new RelayNetwork(regions.Map, change(new RelayNetworkOptions
        {
            // A clock that a test moves by minutes: the relays' keep-alives do not follow.
            Client = new RelayClientOptions { PrivateKey = _key, Transport = RelayTransport.Raw, SilenceTimeout = TimeSpan.FromHours(1) },
            PlainHttp = true,
            Measure = MeasureAsync,
        }));
        Network.HomeChanged += (_, change) => _homes.Writer.TryWrite(change.Home);
    }

    internal sealed record Packet(NodeKey From, int Number, int Region);

    public RelayNetwork Network { get; }

    public NodeKey Key => _key.Public;

    /// <summary>In milliseconds; regions that are not in it do not answer.</summary>
    public ConcurrentDictionary<int, int> Distances { get; } = new();

    /// <summary>The home at each time that the regions were measured: what was decided the time before.</summary>
    public IReadOnlyCollection<int?> Measured => _measured;

    public async Task StartAsync()
    {
        await Within.TimeAsync(Network.StartAsync(Within.Token), "the home to be connected");
        await HomeAsync(Network.Home!.Value);
        await Eventually.True(() => Network.Regions.All(r => r.IsSteady), "the region to meet at");
        _receiving = Task.Run(ReceiveAsync);
    }

    public async Task<bool> SendAsync(NetworkNode to, int number, int? home = null)
    {
        var packet = new byte[100];
        BinaryPrimitives.WriteInt32LittleEndian(packet, number);
        return await Network.SendAsync(to.Key, packet, home, Within.Token);
    }

    /// <summary>A packet that asks for an answer where the receiver is not there.</summary>
    public async Task AskForAsync(NetworkNode to) => await Network.SendAsync(to.Key, (byte[])[.. "TS\ud83d\udcac"u8, .. new byte[100]], null, Within.Token);

    public Task<Packet> PacketAsync(string what = "a packet") => Within.TimeAsync(_packets.Reader.ReadAsync(Within.Token), what);

    /// <summary>The packets that are there already.</summary>
    public IEnumerable<Packet> AtHand()
    {
        while (_packets.Reader.TryRead(out var packet)) yield return packet;
    }

    /// <summary>The next home is this one.</summary>
    public async Task HomeAsync(int expected) => Assert.Equal(expected, await Within.TimeAsync(_homes.Reader.ReadAsync(Within.Token), $"region {expected} to be the home"));

    public Task<(NodeKey Peer, int Region)> GoneAsync() => Within.TimeAsync(_gone.Reader.ReadAsync(Within.Token), "a relay to say that a peer is gone");

    public RegionStatus? Region(int id) => Network.Regions.FirstOrDefault(r => r.Region == id);

    public async ValueTask DisposeAsync()
    {
        await Network.DisposeAsync();
        await _receiving;
        _key.Dispose();
    }

    private Task<IReadOnlyDictionary<int, TimeSpan>> MeasureAsync(DerpMap map, CancellationToken stop)
    {
        _measured.Enqueue(Network.Home);
        return Task.FromResult<IReadOnlyDictionary<int, TimeSpan>>(Distances.ToDictionary(d => d.Key, d => TimeSpan.FromMilliseconds(d.Value)));
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var message = await Network.ReceiveAsync();
                if (message.Kind == RelayMessageKind.PeerGone) _gone.Writer.TryWrite((message.Key, message.Region));
                if (message.Kind != RelayMessageKind.Packet || message.Payload.Length != 100) continue;
                _packets.Writer.TryWrite(new Packet(message.Key, BinaryPrimitives.ReadInt32LittleEndian(message.Payload.Span), message.Region));
            }
        }
        catch (ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
