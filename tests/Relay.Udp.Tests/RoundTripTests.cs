using System.Net;
using System.Net.Sockets;
using Relay.Stun.Messages;
using Relay.Testing;

namespace Relay.Udp.Tests;

public sealed class RoundTripTests
{
    public static TheoryData<string, string> Ways => new()
    {
        { "best", "best" }, { "best", "portable" }, { "portable", "best" }, { "portable", "portable" },
    };

    private static UdpIo Io(string name) => name == "best" ? UdpIo.Best : UdpIo.Portable;

    // Equal lengths, a shorter one that ends a run, a longer one, an empty one, and more than one call takes.
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Datagrams_OfAllLengths_ArriveWholeAndInOrder(string sender, string receiver)
    {
        using var sink = new Sink(Io(receiver));
        using var socket = UdpSocket.Bind(new(IPAddress.Loopback, 0));
        var writer = Io(sender).CreateWriter();
        var sent = Enumerable.Range(0, 200).Select(i => Made(i, i % 50 == 49 ? 700 : i % 50 == 20 ? 9000 : i % 50 == 30 ? 0 : 1200)).ToList();
        foreach (var part in sent.Chunk(40))
        {
            foreach (var datagram in part) writer.Add(socket, sink.Socket.LocalAddress, datagram);
            writer.Flush();
            foreach (var datagram in part)
            {
                var (bytes, source) = await sink.NextAsync();
                Assert.Equal(datagram, bytes);
                Assert.Equal(socket.LocalAddress, source);
            }
        }
    }

    [Theory]
    [InlineData("best")]
    [InlineData("portable")]
    public async Task Writer_WithSeveralReceiversAndSockets_SendsEachItsOwn(string io)
    {
        using var first = new Sink(Io(io));
        using var second = new Sink(Io(io));
        using var a = UdpSocket.Bind(new(IPAddress.Loopback, 0));
        using var b = UdpSocket.Bind(new(IPAddress.Loopback, 0));
        var writer = Io(io).CreateWriter();
        for (byte i = 0; i < 20; i++)
        {
            writer.Add(a, first.Socket.LocalAddress, [i, 1]);
            writer.Add(i % 2 == 0 ? a : b, second.Socket.LocalAddress, [i, 2]);
        }

        writer.Flush();
        for (byte i = 0; i < 20; i++)
        {
            Assert.Equal([i, 1], (await first.NextAsync()).Bytes);
            var (bytes, source) = await second.NextAsync();
            Assert.Equal([i, 2], bytes);
            Assert.Equal((i % 2 == 0 ? a : b).LocalAddress, source);
        }
    }

    [Theory]
    [InlineData("best")]
    [InlineData("portable")]
    public async Task IPv6_IsAsIPv4(string io)
    {
        if (!Socket.OSSupportsIPv6) throw Missing.Because("needs IPv6");
        using var sink = new Sink(Io(io), "::1");
        using var socket = UdpSocket.Bind(new(IPAddress.IPv6Loopback, 0));
        var writer = Io(io).CreateWriter();
        writer.Add(socket, sink.Socket.LocalAddress, "hello"u8);
        writer.Flush();
        var (bytes, source) = await sink.NextAsync();
        Assert.Equal("hello"u8.ToArray(), bytes);
        Assert.Equal(socket.LocalAddress, source);
    }

    // A device that cannot segment: the kernel is not asked to again, and nothing is lost.
    [Fact]
    public async Task Writer_WithoutSegments_SendsTheSame()
    {
        using var sink = new Sink(UdpIo.Best);
        using var socket = UdpSocket.Bind(new(IPAddress.Loopback, 0));
        socket.Segments = false;
        var writer = UdpIo.Best.CreateWriter();
        for (var i = 0; i < 10; i++) writer.Add(socket, sink.Socket.LocalAddress, Made(i, 1200));
        writer.Flush();
        for (var i = 0; i < 10; i++) Assert.Equal(Made(i, 1200), (await sink.NextAsync()).Bytes);
    }

    // Pieces that do not fit the interface cannot be cut by the kernel: they are sent one by one, and each that does not fit is told.
    [Fact]
    public void Writer_WithPiecesLongerThanTheInterfaceTakes_TellsOfEach()
    {
        Requires.Linux();
        using var socket = UdpSocket.Bind(new(IPAddress.Loopback, 0), new UdpSocketOptions { DontFragment = true });
        using var sink = UdpSocket.Bind(new(IPAddress.Loopback, 0));
        var failures = new List<(int Size, SocketError Error)>();
        var writer = UdpIo.Best.CreateWriter((_, size, error) => failures.Add((size, error)));
        writer.Add(socket, sink.LocalAddress, new byte[65_001]);
        writer.Add(socket, TransportAddress.From(new(IPAddress.IPv6Loopback, 9)), new byte[10]);
        writer.Add(socket, TransportAddress.From(new(IPAddress.Parse("240.0.0.1"), 9)), new byte[11]);
        writer.Flush();
        Assert.Equal(SocketError.MessageSize, failures[0].Error);
        Assert.Equal(SocketError.AddressFamilyNotSupported, failures[1].Error);
        Assert.Equal(3, failures.Count);
        Assert.Equal(11, failures[2].Size);
    }

    private static byte[] Made(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
