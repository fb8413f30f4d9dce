using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace Relay.Server.Http;

/// <summary>
/// What browsers get for every path that means nothing here: status 200, as in the reference, and nothing that is not
/// already public.
/// </summary>
internal sealed class HomePage(IRelay relay, RelayHttpOptions options)
{
    private const string Html = "text/html; charset=utf-8";

    private readonly string _template = Encoding.UTF8.GetString(Load("index.html"));
    private readonly byte[] _style = Load("relay.css");
    private readonly byte[] _icon = Load("relay.svg");

    public Task HandleAsync(HttpContext context, string path)
    {
        BrowserHeaders.Apply(context.Response);
        return (options.Home.Mode, path) switch
        {
            (HomePageMode.Redirect, _) => Redirect(context, options.Home.Target!),
            (HomePageMode.Blank, _) => Reply.BytesAsync(context, Html, default),
            (_, "/relay.css") => AssetAsync(context, "text/css; charset=utf-8", _style),
            (_, "/relay.svg") => AssetAsync(context, "image/svg+xml", _icon),
            _ => Reply.BytesAsync(context, Html, Render(context.Request)),
        };
    }

    private static Task Redirect(HttpContext context, Uri target)
    {
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = target.AbsoluteUri;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    private static Task AssetAsync(HttpContext context, string contentType, byte[] body)
    {
        context.Response.Headers.CacheControl = "public, max-age=3600";
        return Reply.BytesAsync(context, contentType, body);
    }

    private byte[] Render(HttpRequest request)
    {
        // The name that the visitor used is shown to that visitor alone, encoded; it is not remembered.
        var url = options.PublicUrl ?? $"{request.Scheme}://{(request.Host.HasValue ? request.Host.Value : "this-relay")}";
        var (state, status) = relay.Draining
            ? ("draining", "Restarting soon. Connected devices know, and move on by themselves.")
            : ("up", "Up and running");
        return Encoding.UTF8.GetBytes(_template
            .Replace("{{state}}", state, StringComparison.Ordinal)
            .Replace("{{status}}", status, StringComparison.Ordinal)
            .Replace("{{key}}", relay.PublicKey.ToText(), StringComparison.Ordinal)
            .Replace("{{url}}", HtmlEncoder.Default.Encode(url), StringComparison.Ordinal));
    }

    private static byte[] Load(string name)
    {
        using var source = typeof(HomePage).Assembly.GetManifestResourceStream("Relay.Server.Http.Home." + name)!;
        var bytes = new byte[source.Length];
        source.ReadExactly(bytes);
        return bytes;
    }
}
