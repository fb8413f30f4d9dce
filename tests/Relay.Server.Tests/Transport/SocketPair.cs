using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Relay.Server.Transport;
using Relay.Server.Transport.Epoll;

namespace Relay.Server.Tests.Transport;

/// <summary>A connected pair over loopback: our end as the transport makes it, and the peer's bare socket.</summary>
internal sealed record SocketPair(SocketStream Ours, Socket Peer) : IAsyncDisposable
{
    public static async Task<SocketPair> ConnectAsync(TimeProvider time, int sendBuffer = 0, int receiveBuffer = 0, Engine engine = Engine.Machine)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (sendBuffer > 0) listener.SendBufferSize = sendBuffer;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (receiveBuffer > 0) peer.ReceiveBufferSize = receiveBuffer;
        await peer.ConnectAsync(listener.LocalEndPoint!);
        var ours = await listener.AcceptAsync();
        ListenSocket.Configure(ours, new SocketTransportOptions());
        return new SocketPair(Serve(ours, time, engine), peer);
    }

    public static SocketStream Serve(Socket socket, TimeProvider time, Engine engine) =>
        (engine == Engine.Machine ? EventLoops.ForThisMachine(NullLogger.Instance) : EventLoops.None).Serve(socket, time);

    public async ValueTask DisposeAsync()
    {
        Peer.Dispose();
        await Ours.DisposeAsync();
    }
}
