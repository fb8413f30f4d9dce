using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Relay.Server.Connections;
using Relay.Server.Transport;
using Relay.Server.Transport.Proxies;

namespace Relay.Server.Http;

/// <summary>
/// <c>/derp</c> inside the HTTP server: WebSockets, upgrades that are not the first request of their connection, and
/// everything that is no upgrade.
/// </summary>
internal sealed class DerpEndpoint(IRelay relay, WebSocketEndpoint webSockets, TrustedProxies proxies, ILogger<DerpEndpoint> logger)
{
    public Task HandleAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var subprotocol = headers.SecWebSocketProtocol is [var first, ..] ? first : null;
        var upgrade = context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect
            ? connect.Protocol
            : headers.Upgrade is [var asked, ..] ? asked : null;

        var kind = Upgrades.Classify(upgrade, subprotocol);
        if (kind != UpgradeKind.None && relay.Draining) return RefuseDrainingAsync(context);
        switch (kind)
        {
            case UpgradeKind.WebSocket:
                return webSockets.HandleAsync(context);
            case UpgradeKind.Raw when context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } feature:
                return UpgradeAsync(context, feature);
            case UpgradeKind.None when !string.IsNullOrEmpty(upgrade):
                HttpLog.UnknownUpgrade(logger);
                break;
        }

        return Reply.TextAsync(context, StatusCodes.Status426UpgradeRequired, "DERP requires connection upgrade\n");
    }

    private static Task RefuseDrainingAsync(HttpContext context)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol)) context.Response.Headers.Connection = "close";
        return Reply.TextAsync(context, StatusCodes.Status503ServiceUnavailable, DerpSwitch.DrainingText);
    }

    private async Task UpgradeAsync(HttpContext context, IHttpUpgradeFeature feature)
    {
        var headers = context.Request.Headers;
        if (headers["Derp-Fast-Start"] is ["1", ..])
        {
            // A 101 would be read as a frame; this at least can be understood in a trace.
            await Reply.TextAsync(context, StatusCodes.Status400BadRequest, "a fast start must be the first request of its connection\n").ConfigureAwait(false);
            return;
        }

        context.Response.Headers.Upgrade = "DERP";
        context.Response.Headers["Derp-Version"] = DerpSwitch.ProtocolVersion;
        context.Response.Headers["Derp-Public-Key"] = relay.PublicKey.ToHex();
        var stream = await feature.UpgradeAsync().ConfigureAwait(false);
        using var abort = new GuardedAbort(context.Abort);
        await relay.ServeAsync(new RelayConnection
        {
            Stream = stream,
            Carrier = context.Features.Get<IRelayStreamFeature>()?.Socket,
            RemoteEndPoint = ClientAddress.Of(context, proxies),
            Transport = TransportKind.Raw,
            IdealNode = IdealNode.Of(headers["Ideal-Node"] is [var ideal, ..] ? ideal : null),
            Handshake = context.Features.Get<IHandshakeFeature>(),
            Abort = abort.Abort,
        }).ConfigureAwait(false);
    }
}
