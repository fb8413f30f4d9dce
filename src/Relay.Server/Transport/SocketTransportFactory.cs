using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Relay.Server.Transport.Epoll;

namespace Relay.Server.Transport;

/// <summary>
/// Listens on TCP and hands out connections whose socket can be had directly (<see cref="IRelayStreamFeature"/>).
/// Kestrel's own transport moves every byte through two pipes and two or three threads; a forwarded packet cannot afford that.
/// </summary>
/// <param name="options">Settings of the sockets.</param>
/// <param name="gate">Bounds the connections of all listeners but the admin's.</param>
/// <param name="time">The clock of deadlines and back-offs.</param>
/// <param name="logger">Told, at most once a minute, when accepting fails.</param>
public sealed class SocketTransportFactory(
    SocketTransportOptions options, ConnectionGate gate, TimeProvider time, ILogger<SocketTransportFactory> logger)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly EventLoops _loops = EventLoops.ForThisMachine(logger);

    // None of the operator's connections is ever a client, so each counts as one that is none yet: the oldest makes room, and
    // whoever forgets connections there, or means harm, keeps no scrape out and takes no descriptor from the clients.
    private readonly ConnectionGate _admin = new(time, int.MaxValue, maxHandshakes: options.MaxAdminConnections);

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;

    /// <summary>Binds and listens.</summary>
    /// <exception cref="AddressInUseException">Somebody else listens on <paramref name="endpoint"/>.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">Binding failed otherwise, such as a port below 1024 without the right to it.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var address = endpoint as IPEndPoint ?? throw new NotSupportedException($"this transport listens on IP addresses, not on {endpoint}");
        var listener = (endpoint as RelayEndPoint)?.Listener;
        var role = listener?.Role ?? ListenerRole.Public;
        var socket = ListenSocket.Bind(address, options.Backlog);
        var bound = new SocketListener(socket, role, role == ListenerRole.Admin ? _admin : gate, options, _loops, time, logger);
        if (listener is not null) (listener.BoundEndPoint, listener.Unbind) = ((IPEndPoint)bound.EndPoint, bound.Unbind);
        return new(bound);
    }
}
