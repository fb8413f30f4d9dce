using System.Net;
using System.Net.Sockets;
using Relay.Stun.Answers;
using Relay.Stun.Counters;
using Relay.Stun.Tests.Support;
using Relay.Stun.Udp;
using Relay.Testing;

namespace Relay.Stun.Tests.Udp;

/// <summary>The loop: a receive call that fails is counted, and neither ends it nor holds it up; a stop ends it at once.</summary>
public sealed class TransportLoopTests
{
    public static TheoryData<bool> Transports => Responders.Transports;

    [Theory, MemberData(nameof(Transports))]
    public async Task OneError_IsCounted_AndTheNextRequestAnswered(bool portable)
    {
        Requires.Linux();
        var counters = new StunCounters();
        var nobodyElses = IPAddress.Parse("127.0.0.9"); // so that no other test takes the port meanwhile
        using var client = new StunProbe(nobodyElses);
        var peer = client.Local;
        client.Dispose();

        // A connected UDP socket hears of the ICMP message that nobody listens there: its next receive call fails.
        var socket = Bound(SocketType.Dgram, ProtocolType.Udp);
        var server = (IPEndPoint)socket.LocalEndPoint!;
        socket.Connect(peer);
        socket.Send([0]);
        await using var transport = Make(portable, socket, counters);
        transport.Start();
        await Eventually.True(() => Count(counters, StunDisposition.ReadError) == 1, "the error to be counted");

        using var heir = new StunProbe(nobodyElses, peer.Port);
        await heir.AskAsync(server);
        Assert.Equal(1, Count(counters, StunDisposition.ReadError));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task ErrorsWithoutEnd_AreCounted_SlowDown_AndStopAtOnce(bool portable)
    {
        Requires.Linux();
        var counters = new StunCounters();
        // No receive call works on a TCP socket without a connection.
        var transport = Make(portable, Bound(SocketType.Stream, ProtocolType.Tcp), counters);
        var start = TimeProvider.System.GetTimestamp();
        transport.Start();
        await Eventually.True(() => Count(counters, StunDisposition.ReadError) >= 30, "30 errors to be counted");
        await Eventually.Done(transport.DisposeAsync(), "the transport to stop");
        // Sixteen in a row are free, each further one waits 10 ms first; a loop that spins makes some hundred thousand.
        var most = 17 + TimeProvider.System.GetElapsedTime(start).TotalMilliseconds / 9;
        Assert.InRange(Count(counters, StunDisposition.ReadError), 30, most);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task TransportNeverStarted_ClosesItsSocket(bool portable)
    {
        var socket = Bound(SocketType.Dgram, ProtocolType.Udp);
        await Eventually.Done(Make(portable, socket, new StunCounters()).DisposeAsync(), "the transport to stop");
        Assert.True(socket.SafeHandle.IsClosed);
    }

    [Fact]
    public async Task IdleLinuxTransport_IsWokenToStop()
    {
        if (!OperatingSystem.IsLinux()) throw Missing.Because("needs Linux");
        var counters = new StunCounters();
        var socket = Bound(SocketType.Dgram, ProtocolType.Udp);
        var server = (IPEndPoint)socket.LocalEndPoint!;
        var transport = new LinuxTransport(StunSocket.Alone(socket, StunPolicy.Public), counters, TimeProvider.System, receiveTimeout: TimeSpan.FromMinutes(5));
        transport.Start();
        using var client = new StunProbe(IPAddress.Loopback);
        await client.AskAsync(server);
        await Eventually.Done(transport.DisposeAsync(), "the transport to stop");
        // What wakes the receive call looks like an empty datagram, and must not be counted as one.
        Assert.Equal(0, Count(counters, StunDisposition.NotStun) + Count(counters, StunDisposition.BadSource));
    }

    private static Socket Bound(SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static IStunTransport Make(bool portable, Socket socket, StunCounters counters) => OperatingSystem.IsLinux() && !portable
        ? new LinuxTransport(StunSocket.Alone(socket, StunPolicy.Public), counters, TimeProvider.System)
        : new PortableTransport(StunSocket.Alone(socket, StunPolicy.Public), counters, TimeProvider.System);

    private static long Count(StunCounters counters, StunDisposition disposition) => new StunStatistics([counters])[disposition];
}
