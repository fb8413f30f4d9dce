using Microsoft.AspNetCore.Http;
using Relay.Server.Acme;

namespace Relay.Server.Http;

/// <summary>The port-80 listener: the captive-portal answer for any host, answers to an authority, and the way to HTTPS for all else.</summary>
internal sealed class PlainHttpHandler(IAcmeChallenges? acme)
{
    private const string Challenges = "/.well-known/acme-challenge/";

    public Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value ?? "";
        if (path == "/generate_204") return Generate204.HandleAsync(context);
        var readOnly = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (!readOnly || !request.Host.HasValue) return Reply.TextAsync(context, StatusCodes.Status400BadRequest, "Use HTTPS\n");
        if (acme is not null && path.StartsWith(Challenges, StringComparison.Ordinal))
        {
            return acme.ForHttp(path[Challenges.Length..]) is { } answer
                ? Reply.TextAsync(context, StatusCodes.Status200OK, answer)
                : Reply.TextAsync(context, StatusCodes.Status404NotFound, "no such challenge\n");
        }

        var response = context.Response;
        response.StatusCode = StatusCodes.Status302Found;
        response.Headers.Location = $"https://{new HostString(request.Host.Host).ToUriComponent()}{request.Path.ToUriComponent()}{request.QueryString.Value}";
        response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
