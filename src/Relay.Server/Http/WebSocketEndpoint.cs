using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Relay.Server.Connections;
using Relay.Server.Transport;
using Relay.Server.Transport.Proxies;

namespace Relay.Server.Http;

/// <summary>DERP in binary WebSocket messages, over HTTP/1.1 and HTTP/2 (spec/derp.md 6). Any origin may connect.</summary>
internal sealed class WebSocketEndpoint(IRelay relay, RelayHttpOptions options, TrustedProxies proxies, TimeProvider time)
{
    private const string Subprotocol = "derp";

    public Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpProtocol.IsHttp2(request.Protocol)) return ServeAsync(context);
        if (!HttpProtocol.IsHttp11(request.Protocol) || context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true })
            return Reply.TextAsync(context, StatusCodes.Status426UpgradeRequired, "a WebSocket takes HTTP/1.1 and \"Connection: Upgrade\"\n");
        if (!HttpMethods.IsGet(request.Method))
            return Reply.TextAsync(context, StatusCodes.Status405MethodNotAllowed, "a WebSocket starts with GET\n");
        if (request.Headers.SecWebSocketVersion is not ["13"])
        {
            context.Response.Headers.SecWebSocketVersion = "13";
            return Reply.TextAsync(context, StatusCodes.Status400BadRequest, "this relay speaks WebSocket version 13 and no other\n");
        }

        return IsKey(request.Headers.SecWebSocketKey)
            ? ServeAsync(context)
            : Reply.TextAsync(context, StatusCodes.Status400BadRequest, "Sec-WebSocket-Key must be there once: base64 of 16 bytes\n");
    }

    private static bool IsKey(Microsoft.Extensions.Primitives.StringValues values)
    {
        Span<byte> nonce = stackalloc byte[18];
        return values is [{ Length: 24 } key] && Convert.TryFromBase64String(key, nonce, out var length) && length == 16;
    }

    private async Task ServeAsync(HttpContext context)
    {
        // Over HTTP/2 the conversation is a request body, which has a size and a least speed otherwise.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate && HttpProtocol.IsHttp11(context.Request.Protocol)) rate.MinDataRate = null;

        var agreed = context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(
            offered => string.Equals(offered, Subprotocol, StringComparison.OrdinalIgnoreCase));
        var accept = new WebSocketAcceptContext { SubProtocol = agreed, DangerousEnableCompression = false, KeepAliveInterval = Timeout.InfiniteTimeSpan };
        using var socket = await context.WebSockets.AcceptWebSocketAsync(accept).ConfigureAwait(false);
        using var abort = new GuardedAbort(() =>
        {
            socket.Abort();
            context.Abort();
        });
        var stream = new DerpWebSocketStream(socket, options.CloseTimeout, time);
        if (agreed is null)
        {
            await stream.CloseAsync(WebSocketCloseStatus.PolicyViolation, "subprotocol derp is required").ConfigureAwait(false);
            return;
        }

        await relay.ServeAsync(new RelayConnection
        {
            Stream = stream,
            Carrier = context.Features.Get<IRelayStreamFeature>()?.Socket,
            RemoteEndPoint = ClientAddress.Of(context, proxies),
            Transport = TransportKind.WebSocket,
            Handshake = context.Features.Get<IHandshakeFeature>(),
            Abort = abort.Abort,
        }).ConfigureAwait(false);
        if (!abort.Aborted) await stream.CloseAsync(WebSocketCloseStatus.NormalClosure, null).ConfigureAwait(false);
    }
}
