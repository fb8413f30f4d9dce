using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Relay.Server.Http;

/// <summary>
/// <c>/generate_204</c>: lets a client tell this relay from a captive portal that answers in its place, by echoing a
/// challenge (spec/derp.md 17).
/// </summary>
internal static class Generate204
{
    private const int MaxChallenge = 64;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_:");

    public static Task HandleAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers.CacheControl = "no-cache, no-store, must-revalidate, no-transform, max-age=0";
        var values = context.Request.Headers["X-Tailscale-Challenge"];
        if (values is [{ Length: > 0 and <= MaxChallenge } challenge, ..] && !challenge.AsSpan().ContainsAnyExcept(Allowed))
            response.Headers["X-Tailscale-Response"] = "response " + challenge;
        return Task.CompletedTask;
    }
}
