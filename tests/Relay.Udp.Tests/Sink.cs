using System.Threading.Channels;
using Relay.Stun.Messages;
using Relay.Testing;

namespace Relay.Udp.Tests;

/// <summary>A socket on loopback with a reading thread; what comes is kept in order.</summary>
internal sealed class Sink : IDisposable
{
    private readonly Channel<(byte[] Bytes, TransportAddress Source)> _received = Channel.CreateUnbounded<(byte[], TransportAddress)>();
    private readonly Thread _thread;

    public Sink(UdpIo io, string address = "127.0.0.1")
    {
        Socket = UdpSocket.Bind(new(System.Net.IPAddress.Parse(address), 0));
        var reader = io.CreateReader(Socket);
        _thread = new Thread(() =>
        {
            while (reader.Receive())
                while (reader.TryNext(out var datagram, out var source)) _received.Writer.TryWrite((datagram.ToArray(), source));
            _received.Writer.Complete();
        });
        _thread.Start();
    }

    public UdpSocket Socket { get; }

    public Task<(byte[] Bytes, TransportAddress Source)> NextAsync() => Eventually.Done(_received.Reader.ReadAsync(), "a datagram");

    /// <summary>Waits until the thread reads no more; what it has read until then counts for nothing.</summary>
    public async Task EndAsync()
    {
        while (await Eventually.Done(_received.Reader.WaitToReadAsync(), "the reader to end")) _received.Reader.TryRead(out _);
    }

    public void Dispose()
    {
        Socket.Stop();
        Assert.True(_thread.Join(Eventually.Deadline), "the reading thread did not end");
        Socket.Dispose();
    }
}
