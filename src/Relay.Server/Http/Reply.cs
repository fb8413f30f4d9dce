using System.Text;
using Microsoft.AspNetCore.Http;

namespace Relay.Server.Http;

/// <summary>Whole responses with a known length.</summary>
internal static class Reply
{
    public const string PlainText = "text/plain; charset=utf-8";

    /// <summary>An error in one line of ASCII text.</summary>
    public static Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return BytesAsync(context, PlainText, Encoding.ASCII.GetBytes(text));
    }

    /// <summary>Sends <paramref name="body"/>; a HEAD request gets its length alone.</summary>
    public static async Task BytesAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }
}
