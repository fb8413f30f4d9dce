using System.Buffers.Binary;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Region.Tests;

/// <summary>
/// Many clients of a region that send to each other. Each packet says who sent it and its number; whoever sends waits while
/// the receiver has too many on their way, as a real protocol does: a relay queues 32 packets for a receiver.
/// </summary>
internal sealed class Crowd : IAsyncDisposable
{
    private readonly List<Member> _members = [];

    public IReadOnlyList<Member> Members => _members;

    /// <summary>Connects clients, a few at a time, each to the relay that <paramref name="relayOf"/> says.</summary>
    public static async Task<Crowd> ConnectAsync(TestRegion region, int count, Func<int, int> relayOf)
    {
        var crowd = new Crowd();
        for (var i = 0; i < count; i++) crowd._members.Add(new Member(region, i, relayOf(i)));
        foreach (var some in crowd._members.Chunk(20)) await Task.WhenAll(some.Select(member => member.ConnectAsync()));
        return crowd;
    }

    /// <summary>Each member sends one packet to each other one, or to those that it may; completes when all have arrived.</summary>
    public async Task AllToAllAsync(Func<Member, Member, bool>? may = null)
    {
        await Task.WhenAll(_members.Select(async member =>
        {
            for (var step = 1; step < _members.Count; step++)
            {
                var to = _members[(member.Index + step) % _members.Count];
                if (may is null || may(member, to)) await member.SendAsync(to);
            }
        }));
        await Eventually.True(() => _members.All(member => member.Waiting == 0), "the last packets to arrive");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members) await member.DisposeAsync();
    }

    internal sealed class Member : IAsyncDisposable
    {
        private const int Window = 16;

        private readonly NodePrivateKey _key = NodePrivateKey.Generate();
        private readonly RelayClient _client;
        private readonly SemaphoreSlim _window = new(Window, Window);
        private Task _receiving = Task.CompletedTask;
        private long _received;

        public Member(TestRegion region, int index, int relay)
        {
            (Index, Relay) = (index, relay);
            _client = new RelayClient(region.EndpointFrom(relay), region.OptionsOf(_key));
            _client.StateChanged += (_, change) =>
            {
                if (change.State == RelayState.Connected) ConnectedAt = TimeProvider.System.GetTimestamp();
            };
        }

        public int Index { get; }

        /// <summary>The relay that it prefers.</summary>
        public int Relay { get; }

        public NodeKey Key => _key.Public;

        /// <summary>When it last connected.</summary>
        public long ConnectedAt { get; private set; }

        public long Received => Interlocked.Read(ref _received);

        /// <summary>Packets on their way to it.</summary>
        public int Waiting => Window - _window.CurrentCount;

        public async Task ConnectAsync()
        {
            await _client.ConnectAsync();
            _receiving = Task.Run(ReceiveAsync);
        }

        /// <summary>Sends a packet that must arrive.</summary>
        public async Task SendAsync(Member to)
        {
            if (!await to._window.WaitAsync(Eventually.Deadline)) Assert.Fail($"{to.Index} got nothing for {Eventually.Deadline.TotalSeconds} s ({to.Waiting} on their way)");
            await TrySendAsync(to);
        }

        /// <summary>Sends a packet that may be lost.</summary>
        public async Task TrySendAsync(Member to)
        {
            var packet = new byte[120];
            BinaryPrimitives.WriteInt32LittleEndian(packet, Index);
            await _client.SendAsync(to.Key, packet);
        }

        /// <summary>Each to the other, each packet only when one has arrived; fails when one is lost. Returns how many.</summary>
        public async Task<int> ChatAsync(Member other, CancellationToken enough)
        {
            var packets = 0;
            for (; !enough.IsCancellationRequested; packets += 2)
            {
                await SendAsync(other);
                await other.SendAsync(this);
                await Eventually.True(() => Waiting == 0 && other.Waiting == 0, $"the packets between {Index} and {other.Index} to arrive");
            }

            return packets;
        }

        /// <summary>Sends a packet to somebody who is not of the crowd.</summary>
        public async Task SendToAsync(NodeKey key) => await _client.SendAsync(key, new byte[120]);

        public async ValueTask DisposeAsync()
        {
            await _client.DisposeAsync();
            await _receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _window.Dispose();
            _key.Dispose();
        }

        private async Task ReceiveAsync()
        {
            while (true)
            {
                var message = await _client.ReceiveAsync();
                if (message.Kind != RelayMessageKind.Packet) continue;
                Interlocked.Increment(ref _received);
                if (_window.CurrentCount < Window) _window.Release();
            }
        }
    }
}
