using System.Net.Sockets;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

/// <summary>A client that does not know what Restarting means: it pings on until its connection ends, and notes when what came.</summary>
internal sealed class StubbornClient : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly NodePrivateKey _key = NodePrivateKey.Generate();
    private long _lastPong;
    private long _ended;

    /// <summary>When it was asked to come back, from when it was told.</summary>
    public TimeSpan ReconnectIn { get; private set; }

    /// <summary>Times that it was told.</summary>
    public int Told { get; private set; }

    /// <summary>When it was told.</summary>
    public long ToldAt { get; private set; }

    /// <summary>How long before its end the relay last answered.</summary>
    public TimeSpan UnansweredAtTheEnd => TimeProvider.System.GetElapsedTime(_lastPong, _ended);

    /// <summary>How long after this moment it was connected.</summary>
    public TimeSpan StayedFor(long since) => TimeProvider.System.GetElapsedTime(since, _ended);

    /// <summary>Connects, and returns what ends with the connection.</summary>
    public async Task<Task> StartAsync(RelaydProcess relayd)
    {
        var (stream, _) = await RawDerp.ConnectAsync(relayd, _key);
        return Task.WhenAll(Task.Run(() => ReadAsync(stream)), Task.Run(() => PingAsync(stream)));
    }

    public void Dispose() => _key.Dispose();

    private async Task ReadAsync(NetworkStream stream)
    {
        try
        {
            while (true) Note(await RawDerp.ReadFrameAsync(stream));
        }
        catch (IOException)
        {
            _ended = TimeProvider.System.GetTimestamp();
        }
    }

    private void Note(byte[] frame)
    {
        var now = TimeProvider.System.GetTimestamp();
        if (frame[0] == (byte)FrameType.Pong) _lastPong = now;
        if (frame[0] != (byte)FrameType.Restarting) return;
        Assert.True(FramePayload.TryReadRestarting(frame.AsSpan(FrameHeader.Size), out var reconnectIn, out _));
        (ReconnectIn, ToldAt) = (reconnectIn, now);
        Told++;
    }

    private static async Task PingAsync(NetworkStream stream)
    {
        var frame = new byte[64];
        var length = FrameWriter.Ping(frame, "12345678"u8);
        using var timer = new PeriodicTimer(Pace, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync()) await stream.WriteAsync(frame.AsMemory(0, length));
        }
        catch (IOException)
        {
            // The relay has ended the connection.
        }
    }
}
