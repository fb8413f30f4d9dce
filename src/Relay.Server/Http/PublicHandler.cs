using Microsoft.AspNetCore.Http;

namespace Relay.Server.Http;

/// <summary>
/// The public listeners' paths, compared byte for byte as in the reference: endpoint routing would take <c>/DERP</c> and
/// <c>/derp/</c> for <c>/derp</c>.
/// </summary>
internal sealed class PublicHandler(DerpEndpoint derp, HomePage home, IBootstrapDns bootstrap)
{
    public Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (path == "/derp") return derp.HandleAsync(context);

        // Any 2xx to a CONNECT would mean that a tunnel stands.
        if (HttpMethods.IsConnect(context.Request.Method))
            return Reply.TextAsync(context, StatusCodes.Status403Forbidden, "this relay is no proxy\n");
        return path switch
        {
            "/derp/probe" or "/derp/latency-check" => ProbeAsync(context),
            "/generate_204" => Generate204.HandleAsync(context),
            "/bootstrap-dns" => BootstrapAsync(context),
            "/robots.txt" => RobotsAsync(context),
            _ when path.Contains("//", StringComparison.Ordinal) => RedirectToCleanPath(context, path),
            _ => home.HandleAsync(context, path),
        };
    }

    private static Task ProbeAsync(HttpContext context)
    {
        var get = HttpMethods.IsGet(context.Request.Method);
        if (!get && !HttpMethods.IsHead(context.Request.Method))
            return Reply.TextAsync(context, StatusCodes.Status405MethodNotAllowed, "bogus probe method\n");
        context.Response.Headers.AccessControlAllowOrigin = "*";
        if (get) context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    private Task BootstrapAsync(HttpContext context)
    {
        BrowserHeaders.Apply(context.Response);
        if (!HttpProtocol.IsHttp2(context.Request.Protocol)) context.Response.Headers.Connection = "close";
        return Reply.BytesAsync(context, "application/json", bootstrap.Answer);
    }

    private static Task RobotsAsync(HttpContext context)
    {
        BrowserHeaders.Apply(context.Response);
        return Reply.BytesAsync(context, Reply.PlainText, "User-agent: *\nDisallow: /\n"u8.ToArray());
    }

    private static Task RedirectToCleanPath(HttpContext context, string path)
    {
        // With one slash in front it cannot lead to another host.
        var clean = string.Concat("/",
            string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries)), path.EndsWith('/') && path.Trim('/').Length > 0 ? "/" : "");
        context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
        context.Response.Headers.Location = new PathString(clean).ToUriComponent() + context.Request.QueryString.Value;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
