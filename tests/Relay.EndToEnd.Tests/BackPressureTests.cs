using System.Buffers.Binary;
using System.Globalization;
using Relay.Client;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

/// <summary>A client that sends as fast as its line takes it, ten times and more of what it may, over real sockets.</summary>
public sealed class BackPressureTests(ITestOutputHelper output)
{
    private const int Rate = 400_000; // with a burst of a quarter of that
    private const int Packets = 2_000;
    private const int Size = 1_000;

    [Fact]
    public async Task ClientBeyondItsRate_IsSlowedToItByTcp_LosesNothing_AndNobodyElseNotices()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "off", "--rate", $"{Rate}");
        await using var pairs = new SteadyPairs(5);
        await pairs.StartAsync(key => ConnectAsync(relayd, key));
        using var key = NodePrivateKey.Generate();
        using var receiverKey = NodePrivateKey.Generate();
        await using var receiver = await ConnectAsync(relayd, receiverKey);
        var (stream, _) = await RawDerp.ConnectAsync(relayd, key);
        await using var closing = stream;
        stream.Socket.SendBufferSize = 32 * 1024; // what is in the kernel's hands is not slowed down

        using var pinging = new Pinging(relayd.Endpoint);
        var others = pinging.RunAsync(TimeSpan.FromSeconds(3));
        var began = TimeProvider.System.GetTimestamp();
        var receiving = Task.Run(() => ReceiveAllAsync(receiver));
        var sending = Task.Run(() => SendAllAsync(stream, receiverKey.Public));
        await Eventually.Done(sending, "the sender to be rid of all", TimeSpan.FromSeconds(40));
        var sent = TimeProvider.System.GetElapsedTime(began);
        await Eventually.Done(receiving, "all to arrive", TimeSpan.FromSeconds(40));
        var arrived = TimeProvider.System.GetElapsedTime(began);
        var times = await others;
        var metrics = await relayd.MetricsAsync();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Packets * Size / 1e6:0.0} MB at {Rate / 1e6:0.0} MB/s: sent in {sent.TotalSeconds:0.0} s, there in {arrived.TotalSeconds:0.0} s; the others' round trips: {times}"));

        // What is beyond the burst takes its time; the sender is ahead by what the kernel holds, and no more.
        var due = TimeSpan.FromSeconds((double)(Packets * Size - Rate / 4) / Rate);
        Assert.InRange(arrived, due * 0.95, due * 3);
        Assert.InRange(sent, due * 0.3, arrived);
        Assert.InRange(metrics.Sum("relay_rate_limit_waits_total{scope=\"client\"}"), 10, double.MaxValue);
        Assert.Equal(0, metrics.Sum("relay_packets_dropped_total"));
        Assert.True(times.Longest < TimeSpan.FromSeconds(1), $"somebody else waited {times.Longest}");
        await pairs.EndAsync();
    }

    private static async Task SendAllAsync(Stream stream, NodeKey to)
    {
        var frame = new byte[FrameWriter.PacketOverhead + Size];
        var packet = new byte[Size];
        for (var number = 0; number < Packets; number++)
        {
            BinaryPrimitives.WriteInt32BigEndian(packet, number);
            FrameWriter.SendPacket(frame, to, packet);
            await stream.WriteAsync(frame);
        }
    }

    private static async Task ReceiveAllAsync(RelayConnection receiver)
    {
        for (var number = 0; number < Packets;)
        {
            var message = await receiver.ReceiveAsync();
            if (message.Kind == RelayMessageKind.Packet) Assert.Equal(number++, BinaryPrimitives.ReadInt32BigEndian(message.Payload.Span));
        }
    }

    private static Task<RelayConnection> ConnectAsync(RelaydProcess relayd, NodePrivateKey key) =>
        RelayConnection.ConnectAsync(relayd.Endpoint, new RelayClientOptions { PrivateKey = key });
}
