using System.Net;
using Microsoft.AspNetCore.Http;
using Relay.Server.Transport.Proxies;

namespace Relay.Server.Http;

/// <summary>Where a request comes from.</summary>
internal static class ClientAddress
{
    /// <summary>The connection's peer, or whom it forwards for if it is a trusted proxy; null when unknown.</summary>
    public static IPEndPoint? Of(HttpContext context, TrustedProxies proxies)
    {
        var peer = context.Connection.RemoteIpAddress is { } address ? new IPEndPoint(address, context.Connection.RemotePort) : null;
        return proxies.ClientOf(peer, proxies.IsEmpty ? default : context.Request.Headers["X-Forwarded-For"].ToString());
    }
}
