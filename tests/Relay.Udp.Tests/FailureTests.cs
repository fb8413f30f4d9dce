using System.Net;
using System.Net.Sockets;
using Relay.Testing;

namespace Relay.Udp.Tests;

public sealed class FailureTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reader_OfASocketThatIsGone_EndsAndSaysWhy(bool portable)
    {
        Requires.Linux();
        using var sink = new Sink(portable ? UdpIo.Portable : UdpIo.Best);
        using var other = UdpSocket.Bind(new(IPAddress.Loopback, 0));
        var writer = UdpIo.Best.CreateWriter();
        writer.Add(other, sink.Socket.LocalAddress, "first"u8);
        writer.Flush();
        await sink.NextAsync();
        Assert.Null(sink.Socket.Failure);
        Descriptor.Ruin(sink.Socket.Handle);
        writer.Add(other, sink.Socket.LocalAddress, "ends the call that waits"u8);
        writer.Flush();
        await sink.EndAsync();
        Assert.Equal(SocketError.NotSocket, sink.Socket.Failure);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Writer_ToASocketThatIsGone_MakesItsReaderEnd(bool portable)
    {
        Requires.Linux();
        using var socket = UdpSocket.Bind(new(IPAddress.Loopback, 0));
        var errors = new List<SocketError>();
        var writer = (portable ? UdpIo.Portable : UdpIo.Best).CreateWriter((_, _, error) => errors.Add(error));
        Descriptor.Ruin(socket.Handle);
        for (var i = 0; i < 3; i++)
        {
            writer.Add(socket, socket.LocalAddress, "lost"u8);
            writer.Flush();
        }

        Assert.Equal([SocketError.NotSocket], errors);
        Assert.Equal(SocketError.NotSocket, socket.Failure);
        Assert.True(socket.IsStopped);
    }

    // A network that is down is no fault of the socket; one that never takes anything again may be.
    [Fact]
    public void Socket_WhoseSendsAreAllRefused_IsGivenUp_AndNotIfOneSucceeds()
    {
        using var socket = UdpSocket.Bind(new(IPAddress.Loopback, 0));
        for (var i = 0; i < SocketFaults.MaxInARow - 1; i++) socket.OnSendError(SocketError.NetworkDown);
        socket.OnSent();
        for (var i = 0; i < SocketFaults.MaxInARow - 1; i++) socket.OnSendError(SocketError.AddressNotAvailable);
        for (var i = 0; i < SocketFaults.MaxInARow; i++) socket.OnSendError(SocketError.HostUnreachable);
        Assert.Null(socket.Failure);
        socket.OnSendError(SocketError.NetworkDown);
        Assert.Equal(SocketError.NetworkDown, socket.Failure);
    }
}
