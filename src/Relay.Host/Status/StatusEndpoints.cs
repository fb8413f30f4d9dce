using Relay.Host.Configuration;
using Relay.Host.Region;
using Relay.Host.Startup;
using Relay.Server;
using Relay.Server.Transport;
using Relay.Stun;

namespace Relay.Host.Status;

/// <summary>
/// The status page, its stream of reports, and the same for machines. For the admin listeners alone: only their requests
/// reach the routes.
/// </summary>
internal static class StatusEndpoints
{
    /// <summary>Open streams. Each is a connection that somebody forgot in a tab; the next one is refused.</summary>
    internal const int MaxStreams = 16;

    // A viewer that takes nothing for so long is let go: what it holds is one place of the few.
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);

    internal static IServiceCollection AddStatus(
        this IServiceCollection services, RelaydOptions options, Identity identity, StunResponder stun, TimeProvider time) =>
        services
            .AddSingleton(provider => new StatusReporter(
                options, identity, provider.GetRequiredService<RelayServer>(), provider.GetRequiredService<ConnectionGate>(),
                stun, provider.GetService<RegionLinks>(), time))
            .AddSingleton<StatusBoard>();

    internal static IEndpointRouteBuilder MapStatus(this IEndpointRouteBuilder endpoints)
    {
        var board = endpoints.ServiceProvider.GetRequiredService<StatusBoard>();
        var places = new SemaphoreSlim(MaxStreams, MaxStreams);
        Map(endpoints, "/", "text/html; charset=utf-8", "index.html");
        MapPage(endpoints, "/status");
        Map(endpoints, "/status.css", "text/css; charset=utf-8", "status.css");
        Map(endpoints, "/status.js", "text/javascript; charset=utf-8", "status.js");
        endpoints.MapGet("/status.json", (RequestDelegate)(context => WriteAsync(context, "application/json", board.Current)));
        endpoints.MapGet("/status/stream", (RequestDelegate)(context => StreamAsync(context, board, places)));
        return endpoints;
    }

    private static void Map(IEndpointRouteBuilder endpoints, string path, string contentType, string resource)
    {
        var body = Load(resource);
        endpoints.MapGet(path, (RequestDelegate)(context => WriteAsync(context, contentType, body)));
    }

    // The page names what belongs to it by relative addresses, so that it works below any path of a proxy; a slash would shift them.
    private static void MapPage(IEndpointRouteBuilder endpoints, string path)
    {
        var body = Load("index.html");
        endpoints.MapGet(path, (RequestDelegate)(context =>
        {
            if (!context.Request.Path.Value!.EndsWith('/')) return WriteAsync(context, "text/html; charset=utf-8", body);
            context.Response.Redirect(".." + path);
            return Task.CompletedTask;
        }));
    }

    private static async Task StreamAsync(HttpContext context, StatusBoard board, SemaphoreSlim places)
    {
        if (!places.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "10";
            await context.Response.WriteAsync($"{MaxStreams} status pages are open already\n", context.RequestAborted);
            return;
        }

        try
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, board.Closed);
            SetHeaders(context.Response, "text/event-stream");
            await SendAllAsync(context, board, over.Token);
        }
        catch (OperationCanceledException)
        {
            // The viewer left, took nothing, or the server stops.
        }
        finally
        {
            places.Release();
        }
    }

    private static async Task SendAllAsync(HttpContext context, StatusBoard board, CancellationToken over)
    {
        var next = board.Next;
        await SendAsync(context, board.Current);
        while (!over.IsCancellationRequested)
        {
            var report = await next.WaitAsync(over);
            next = board.Next;
            await SendAsync(context, report);
        }
    }

    private static async Task SendAsync(HttpContext context, byte[] report)
    {
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        using var timeout = new CancellationTokenSource(WriteTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, timeout.Token);
        await context.Response.Body.WriteAsync((byte[])[.. "data: "u8, .. report, .. "\n\n"u8], either.Token);
    }

    /// <summary>A whole response that no cache keeps and no page of others may use.</summary>
    internal static Task WriteAsync(HttpContext context, string contentType, byte[] body)
    {
        SetHeaders(context.Response, contentType);
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static void SetHeaders(HttpResponse response, string contentType)
    {
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy = "default-src 'self'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }

    private static byte[] Load(string name)
    {
        using var source = typeof(StatusEndpoints).Assembly.GetManifestResourceStream("Relay.Host.Status.Page." + name)!;
        var bytes = new byte[source.Length];
        source.ReadExactly(bytes);
        return bytes;
    }
}
