using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Relay.Paths.Tests.PortMapping;

/// <summary>A router on loopback that speaks NAT-PMP as the test wishes. PCP it answers as routers do that do not know it.</summary>
internal sealed class FakeRouter : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _over = new();
    private readonly Task _serving;
    private readonly TimeProvider _time;
    private long _started;
    private int _maps;
    private int _releases;

    public FakeRouter(TimeProvider time)
    {
        _time = time;
        Restart();
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public volatile IPAddress Address = IPAddress.Parse("11.0.0.21");

    public volatile int Result;

    public volatile bool Silent;

    public volatile int ExternalPort = 50000;

    public volatile uint Seconds = 7200;

    /// <summary>Requests for a port so far.</summary>
    public int Maps => Volatile.Read(ref _maps);

    /// <summary>Requests to give one back so far.</summary>
    public int Releases => Volatile.Read(ref _releases);

    /// <summary>Its clock begins anew.</summary>
    public void Restart() => Volatile.Write(ref _started, _time.GetTimestamp());

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _over.Dispose();
    }

    private async Task ServeAsync()
    {
        var buffer = new byte[1500];
        while (true)
        {
            var received = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _over.Token);
            if (Silent || Answer(buffer.AsSpan(0, received.ReceivedBytes)) is not { } answer) continue;
            await _socket.SendToAsync(answer, received.RemoteEndPoint, _over.Token);
        }
    }

    private byte[]? Answer(ReadOnlySpan<byte> request)
    {
        if (request[0] != 0) return [0, (byte)(0x80 | request[1]), 0, 1, 0, 0, 0, 0]; // unsupported version
        if (request.Length == 2) return [.. Head(0x80), .. Address.GetAddressBytes()];
        if (request.Length != 12) return null;
        var release = BinaryPrimitives.ReadUInt32BigEndian(request[8..]) == 0;
        if (release) Interlocked.Increment(ref _releases);
        else Interlocked.Increment(ref _maps);
        return [.. Head(0x81), request[4], request[5], (byte)(ExternalPort >> 8), (byte)ExternalPort, .. Number(release ? 0 : Seconds)];
    }

    private byte[] Head(byte opcode) => [0, opcode, (byte)(Result >> 8), (byte)Result, .. Number((uint)_time.GetElapsedTime(Volatile.Read(ref _started)).TotalSeconds)];

    private static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
