using Microsoft.AspNetCore.Http;

namespace Relay.Server.Http;

/// <summary>The port-80 listener: the captive-portal answer for any host, and the way to HTTPS for all else.</summary>
internal static class PlainHttpHandler
{
    public static Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Path.Value == "/generate_204") return Generate204.HandleAsync(context);
        var readOnly = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (!readOnly || !request.Host.HasValue) return Reply.TextAsync(context, StatusCodes.Status400BadRequest, "Use HTTPS\n");

        var response = context.Response;
        response.StatusCode = StatusCodes.Status302Found;
        response.Headers.Location = $"https://{new HostString(request.Host.Host).ToUriComponent()}{request.Path.ToUriComponent()}{request.QueryString.Value}";
        response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
