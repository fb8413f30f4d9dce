using System.Net;
using System.Net.Sockets;
using Relay.Testing;

namespace Relay.Udp.Tests;

public sealed class LifeTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_WhileTheReaderWaits_EndsIt(bool portable)
    {
        using var sink = new Sink(portable ? UdpIo.Portable : UdpIo.Best);
        sink.Socket.Stop();
        await sink.EndAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Writer_ToAStoppedSocket_IsQuiet(bool portable)
    {
        var socket = UdpSocket.Bind(new(IPAddress.Loopback, 0));
        var writer = (portable ? UdpIo.Portable : UdpIo.Best).CreateWriter((_, _, error) => Assert.Fail(error.ToString()));
        socket.Stop();
        writer.Add(socket, socket.LocalAddress, "late"u8);
        writer.Flush();
        socket.Dispose();
    }

    [Fact]
    public void Bind_OfAPortInUse_Throws()
    {
        using var first = UdpSocket.Bind(new(IPAddress.Loopback, 0));
        var error = Assert.Throws<SocketException>(() => UdpSocket.Bind(first.LocalAddress.ToIPEndPoint()));
        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
    }

    [Fact]
    public void Buffers_AsRoot_AreAsAskedFor()
    {
        Requires.Linux();
        Requires.Root();
        using var socket = UdpSocket.Bind(new(IPAddress.Loopback, 0));
        Assert.True(socket.BufferSizes.Receive >= 7 << 20, $"{socket.BufferSizes}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SendingAndReceiving_AllocateNothing(bool portable)
    {
        var io = portable ? UdpIo.Portable : UdpIo.Best;
        using var from = UdpSocket.Bind(new(IPAddress.Loopback, 0));
        using var to = UdpSocket.Bind(new(IPAddress.Loopback, 0));
        var (writer, reader) = (io.CreateWriter(), io.CreateReader(to));
        var datagram = new byte[1200];
        Allocations.AssertNone(
            () =>
            {
                for (var i = 0; i < 8; i++) writer.Add(from, to.LocalAddress, datagram);
                writer.Flush();
                for (var i = 0; i < 8;)
                {
                    Assert.True(reader.Receive());
                    while (reader.TryNext(out var received, out _)) i += received.Length / 1200;
                }
            },
            "a batch of eight datagrams");
    }
}
