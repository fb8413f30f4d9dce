using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

/// <summary>
/// Two clients that send to each other, at most a window ahead of what arrived: a relay queues 32 packets for a receiver
/// and drops older ones, so whoever wants all of them paces himself, as a real protocol does.
/// </summary>
internal sealed class PairTraffic : IAsyncDisposable
{
    private const int Window = 24;

    private readonly NodePrivateKey[] _keys;
    private readonly RelayConnection[] _ends;

    private PairTraffic(NodePrivateKey[] keys, RelayConnection[] ends) => (_keys, _ends) = (keys, ends);

    public static Task<PairTraffic> ConnectAsync(Func<NodePrivateKey, Task<RelayConnection>> connect) =>
        ConnectAsync(NodePrivateKey.Generate(), NodePrivateKey.Generate(), connect);

    /// <summary>The same with these keys, which are then the pair's to dispose of.</summary>
    public static async Task<PairTraffic> ConnectAsync(NodePrivateKey one, NodePrivateKey other, Func<NodePrivateKey, Task<RelayConnection>> connect) =>
        new([one, other], [await connect(one), await connect(other)]);

    /// <summary>Sends <paramref name="count"/> packets each way, and checks that each arrives once, in order, unchanged.</summary>
    public Task RunAsync(int count, int seed) => BothWaysAsync(seed, number => new(number == count - 1));

    /// <summary>The same at this pace until it is enough; returns how many were sent each way.</summary>
    public Task<int[]> RunAsync(TimeSpan pace, int seed, CancellationToken enough) => BothWaysAsync(seed, async _ =>
    {
        await Task.Delay(pace, TimeProvider.System, enough).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return enough.IsCancellationRequested;
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var end in _ends) await end.DisposeAsync();
        foreach (var key in _keys) key.Dispose();
    }

    private Task<int[]> BothWaysAsync(int seed, Func<int, ValueTask<bool>> isLast) =>
        Task.WhenAll(OneWayAsync(0, seed, isLast), OneWayAsync(1, seed + 1, isLast));

    // Before each packet it is asked whether that is the last one.
    private async Task<int> OneWayAsync(int from, int seed, Func<int, ValueTask<bool>> isLast)
    {
        using var window = new SemaphoreSlim(Window, Window);
        var count = new StrongBox<int>(int.MaxValue);
        var receiving = Task.Run(() => ReceiveAsync(1 - from, _keys[from].Public, count, seed, window));
        var packet = new byte[1280];
        for (var number = 0; number < count.Value; number++)
        {
            var room = window.WaitAsync(Eventually.Deadline);
            if (await Task.WhenAny(room, receiving) == receiving) await receiving;
            if (!await room) Assert.Fail($"nothing arrived for {Eventually.Deadline.TotalSeconds} s at packet {number} of pair {seed}");
            if (await isLast(number)) Volatile.Write(ref count.Value, number + 1);
            var length = Fill(packet, number, seed);
            await _ends[from].SendAsync(_keys[1 - from].Public, packet.AsMemory(0, length));
        }

        await Eventually.Done(receiving, $"the last packets of pair {seed}");
        return count.Value;
    }

    private async Task ReceiveAsync(int at, NodeKey from, StrongBox<int> count, int seed, SemaphoreSlim window)
    {
        var expected = new byte[1280];
        for (var number = 0; number < Volatile.Read(ref count.Value);)
        {
            var message = await _ends[at].ReceiveAsync();
            if (message.Kind != RelayMessageKind.Packet) continue;
            Assert.Equal(from, message.Key);
            var length = Fill(expected, number, seed);
            if (!message.Payload.Span.SequenceEqual(expected.AsSpan(0, length)))
                Assert.Fail($"pair {seed}: packet {number} was expected, {BinaryPrimitives.ReadInt32BigEndian(message.Payload.Span)} or a changed one came");
            number++;
            window.Release();
        }
    }

    // Big-endian: 1 to 4 in the first byte could pass for a WireGuard handshake, which a relay sends before the rest.
    // Number, then bytes that depend on it and on the pair; lengths go through all that WireGuard sends.
    private static int Fill(byte[] packet, int number, int seed)
    {
        var length = 32 + (number * 37 + seed) % (packet.Length - 32);
        packet.AsSpan(0, length).Fill((byte)(number + seed));
        BinaryPrimitives.WriteInt32BigEndian(packet, number);
        return length;
    }
}
