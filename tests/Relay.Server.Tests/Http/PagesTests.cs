using Relay.Server.Http;

namespace Relay.Server.Tests.Http;

public sealed class PagesTests
{
    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/derp/")]
    [InlineData("GET", "/derp/anything")]
    [InlineData("GET", "/DERP")]
    [InlineData("GET", "/debug/")]
    [InlineData("GET", "/metrics")]
    [InlineData("GET", "/healthz")]
    [InlineData("GET", "/readyz")]
    [InlineData("POST", "/nosuch")]
    [InlineData("DELETE", "/")]
    public async Task UnknownPath_OfThePublicListener_IsTheHomePage(string method, string path)
    {
        await using var host = await TestHost.StartAsync();
        var answer = await AskAsync(host.Plain, method, path);
        Assert.Equal(200, answer.Status);
        Assert.Equal("text/html; charset=utf-8", answer["Content-Type"]);
        Assert.Contains("This is a packet relay", answer.Body, StringComparison.Ordinal);
        Assert.Contains("Up and running", answer.Body, StringComparison.Ordinal);
        Assert.Equal("DENY", answer["X-Frame-Options"]);
        Assert.Null(answer["Server"]);
    }

    [Fact]
    public async Task HomePage_UsesNothingThatItsPolicyForbids()
    {
        await using var host = await TestHost.StartAsync();
        var page = (await AskAsync(host.Plain, "GET", "/")).Body;
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<style", page, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", page, StringComparison.Ordinal);
        Assert.Contains(host.Relay.PublicKey.ToText(), page, StringComparison.Ordinal);

        var style = await AskAsync(host.Plain, "GET", "/relay.css");
        Assert.Equal("text/css; charset=utf-8", style["Content-Type"]);
        Assert.Contains("prefers-color-scheme: dark", style.Body, StringComparison.Ordinal);
        Assert.Equal("image/svg+xml", (await AskAsync(host.Plain, "GET", "/relay.svg"))["Content-Type"]);
    }

    [Fact]
    public async Task HomePage_NamesTheRelayAsTheVisitorDid_Encoded()
    {
        await using var host = await TestHost.StartAsync();
        Assert.Contains("relay map http://relay.example:8080<", (await AskAsync(host.Plain, "GET", "/", "relay.example:8080")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", (await AskAsync(host.Plain, "GET", "/", "a&<b>")).Body, StringComparison.Ordinal);
        await using var named = await TestHost.StartAsync(options => options with { PublicUrl = "https://derp.example" });
        Assert.Contains("relay map https://derp.example<", (await AskAsync(named.Plain, "GET", "/")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HomePage_WhileDraining_SaysSo()
    {
        await using var host = await TestHost.StartAsync();
        host.Relay.Draining = true;
        Assert.Contains("Restarting soon", (await AskAsync(host.Plain, "GET", "/")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HomePage_ForHead_SendsNoBody()
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SendAsync("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        var answer = await client.ReadAnswerAsync(head: true);
        Assert.True(answer.Length > 1000);
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task HomePage_Blank_IsEmpty()
    {
        await using var host = await StartAsync(HomePageMode.Blank);
        var answer = await AskAsync(host.Plain, "GET", "/");
        Assert.Equal((200, "", "text/html; charset=utf-8"), (answer.Status, answer.Body, answer["Content-Type"]));
    }

    [Fact]
    public async Task HomePage_Redirect_LeadsAway()
    {
        await using var host = await StartAsync(HomePageMode.Redirect, "https://example.com/about");
        var answer = await AskAsync(host.Plain, "GET", "/x");
        Assert.Equal((302, "https://example.com/about"), (answer.Status, answer["Location"]));
    }

    [Theory]
    [InlineData("//derp", "/derp")]
    [InlineData("//derp?a=b", "/derp?a=b")]
    [InlineData("//evil.example//x/", "/evil.example/x/")]
    [InlineData("//", "/")]
    [InlineData("/a//%5Cb", "/a/%5Cb")]
    public async Task Path_WithDoubleSlashes_LeadsToTheCleanOne(string path, string clean)
    {
        await using var host = await TestHost.StartAsync();
        var answer = await AskAsync(host.Plain, "GET", path);
        Assert.Equal((301, clean), (answer.Status, answer["Location"]));
    }

    [Theory]
    [InlineData("GET", "/any/path?q=1", "relay.example:80", 302, "https://relay.example/any/path?q=1")]
    [InlineData("HEAD", "/", "[::1]:80", 302, "https://[::1]/")]
    [InlineData("GET", "/derp", "relay.example", 302, "https://relay.example/derp")]
    [InlineData("GET", "/derp/probe", "relay.example", 302, "https://relay.example/derp/probe")]
    [InlineData("POST", "/", "relay.example", 400, null)]
    public async Task PlainHttp_LeadsToHttps(string method, string path, string name, int status, string? location)
    {
        await using var host = await TestHost.StartAsync();
        var answer = await AskAsync(host.PlainHttp, method, path, name);
        Assert.Equal((status, location), (answer.Status, answer["Location"]));
        if (status == 400) Assert.Equal("Use HTTPS\n", answer.Body);
    }

    [Fact]
    public async Task PlainHttp_AnswersChallenges_AndNoDerp()
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await WireClient.ConnectAsync(host.PlainHttp);
        await client.SendAsync("GET /generate_204?t=1 HTTP/1.1\r\nHost: 192.0.2.1\r\nX-Tailscale-Challenge: ts_192.0.2.1\r\n\r\n");
        var answer = await client.ReadAnswerAsync();
        Assert.Equal((204, "response ts_192.0.2.1"), (answer.Status, answer["X-Tailscale-Response"]));
        await client.SendAsync("GET /derp HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: DERP\r\n\r\n");
        Assert.Equal(302, (await client.ReadAnswerAsync()).Status);
        Assert.True(host.Relay.NothingServed);
    }

    [Fact]
    public async Task Admin_HasHealthAndReadiness_AndNothingPublic()
    {
        await using var host = await TestHost.StartAsync();
        Assert.Equal((200, "ok"), await StatusAsync("/healthz"));
        Assert.Equal((200, "ready"), await StatusAsync("/readyz"));
        host.Relay.Draining = true;
        Assert.Equal((200, "ok"), await StatusAsync("/healthz"));
        Assert.Equal((503, "draining"), await StatusAsync("/readyz"));
        Assert.Equal(200, (await AskAsync(host.Admin, "HEAD", "/healthz")).Status);
        Assert.Equal(503, (await AskAsync(host.Admin, "HEAD", "/readyz")).Status);
        Assert.Equal(404, (await StatusAsync("/derp")).Status);
        Assert.Equal(404, (await StatusAsync("/")).Status);

        async Task<(int Status, string Body)> StatusAsync(string path)
        {
            var answer = await AskAsync(host.Admin, "GET", path);
            return (answer.Status, answer.Body);
        }
    }

    [Theory]
    [InlineData("example.com:443", 403)]
    public async Task Connect_IsNoTunnel(string target, int status)
    {
        await using var host = await TestHost.StartAsync();
        Assert.Equal(status, (await AskAsync(host.Plain, "CONNECT", target, target)).Status);
    }

    private static Task<TestHost> StartAsync(HomePageMode mode, string? target = null) => TestHost.StartAsync(options => options with
    {
        Home = new HomePageOptions { Mode = mode, Target = target is null ? null : new Uri(target) },
    });

    private static async Task<HttpAnswer> AskAsync(int port, string method, string path, string name = "relay.example")
    {
        await using var client = await WireClient.ConnectAsync(port);
        await client.SendAsync($"{method} {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n");
        return await client.ReadAnswerAsync(head: method == "HEAD");
    }
}
