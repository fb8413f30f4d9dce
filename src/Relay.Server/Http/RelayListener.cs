using System.Net;
using Relay.Server.Transport;
using Relay.Server.Transport.Tls;

namespace Relay.Server.Http;

/// <summary>One address to listen on.</summary>
/// <param name="endPoint">Where. <c>[::]</c> takes IPv4 as well; port 0 lets the system choose.</param>
/// <param name="role">What for.</param>
/// <param name="tls">How TLS is spoken there; null for none.</param>
public sealed class RelayListener(IPEndPoint endPoint, ListenerRole role, TlsOptions? tls = null)
{
    /// <summary>Where, as asked for.</summary>
    public IPEndPoint EndPoint { get; } = endPoint;

    /// <summary>What for.</summary>
    public ListenerRole Role { get; } = role;

    /// <summary>How TLS is spoken there; null for none.</summary>
    public TlsOptions? Tls { get; } = tls;

    /// <summary>Where it listens, with the port that the system chose; null until it does, and where binding failed.</summary>
    public IPEndPoint? BoundEndPoint { get; internal set; }

    /// <summary>Set while it listens.</summary>
    internal Action? Unbind { get; set; }

    /// <summary>Takes no more connections, ahead of the host's own stop; those that stand go on.</summary>
    public void StopAccepting() => Unbind?.Invoke();
}
