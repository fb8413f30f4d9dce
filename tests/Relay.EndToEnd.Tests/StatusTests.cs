using System.Net;
using System.Text.Json.Nodes;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

/// <summary>The operator's live page, in a real browser and without one.</summary>
public sealed class StatusTests
{
    // Set to a folder to look at the pages that the tests saw.
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("RELAY_TEST_PICTURES");

    [Fact]
    public async Task Page_ShowsTheTrafficOfThisMoment_AndTheToldRestart()
    {
        Requires.Linux();
        _ = Requires.Chromium();
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed", "--node", "eu-1");
        await using var load = await SteadyLoad.StartAsync(relayd.Endpoint);
        await using var browser = await Chromium.OpenAsync(new Uri($"http://{relayd.AdminEndPoint}/status"));
        await browser.TrueAsync("document.querySelectorAll('#talkers td').length > 7", "the talkers to be shown");

        Assert.Equal("up", await browser.EvaluateAsync("document.getElementById('state').textContent"));
        Assert.Equal("eu-1", await browser.EvaluateAsync("document.getElementById('name').textContent"));
        Assert.Equal($"{SteadyLoad.Clients}", await browser.EvaluateAsync("document.getElementById('clients').textContent"));
        Assert.Matches("^[1-9].*bit/s$", await browser.EvaluateAsync("document.getElementById('in').textContent"));
        Assert.EndsWith("days", await browser.EvaluateAsync("document.getElementById('certificate').textContent"), StringComparison.Ordinal);
        var talkers = await browser.EvaluateAsync("document.getElementById('talkers').textContent");
        Assert.Contains(load.Busiest.ToString().Trim('[', ']'), talkers, StringComparison.Ordinal);
        await browser.TrueAsync("document.getElementById('drop-reasons').textContent.includes('unknown destination')", "the drops to be shown");
        await LookAsync(browser);

        await relayd.SignalAsync("TERM");
        await browser.TrueAsync("['restarting', 'no contact'].includes(document.getElementById('state').textContent)", "the page to tell of the restart");
        Assert.Equal(0, await relayd.ExitAsync());
    }

    [Fact]
    public async Task Json_HasWhatThePageShows_AndNoKeyOfAClient()
    {
        await using var relayd = await RelaydProcess.StartAsync();
        await using var load = await SteadyLoad.StartAsync(relayd.Endpoint);
        using var http = new HttpClient();
        JsonNode? report = null;
        await Eventually.True(
            async () =>
            {
                report = JsonNode.Parse(await http.GetStringAsync($"http://{relayd.AdminEndPoint}/status.json"));
                return (double)report!["traffic"]!["packetsOutPerSecond"]! > 0 && (int)report["clients"]!["keys"]! == SteadyLoad.Clients;
            },
            "a report with traffic");

        Assert.Equal("up", (string?)report!["node"]!["state"]);
        Assert.Null(report["certificate"]);
        Assert.Equal(load.Busiest.ToString().Trim('[', ']'), (string?)report["talkers"]![0]!["key"]);
        Assert.DoesNotContain(load.Busiest.ToHex(), report.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Debug_SaysWhatRuns_AndThatItsBooksAreSoundUnderLoad()
    {
        await using var relayd = await RelaydProcess.StartAsync();
        await using var load = await SteadyLoad.StartAsync(relayd.Endpoint);
        using var http = new HttpClient();
        Assert.Contains("/debug/check", await http.GetStringAsync(new Uri($"http://{relayd.AdminEndPoint}/debug/")), StringComparison.Ordinal);
        Assert.Equal("okay\n", await http.GetStringAsync(new Uri($"http://{relayd.AdminEndPoint}/debug/check")));
    }

    [Fact]
    public async Task Page_WithASlash_IsTheOneWithout()
    {
        await using var relayd = await RelaydProcess.StartAsync();
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri($"http://{relayd.AdminEndPoint}/status/"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("/status", answer.RequestMessage!.RequestUri!.AbsolutePath);
    }

    [Fact]
    public async Task Streams_AreBounded_AndEndWithTheServer()
    {
        Requires.Linux();
        await using var relayd = await RelaydProcess.StartAsync("--drain-seconds", "1");
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var url = new Uri($"http://{relayd.AdminEndPoint}/status/stream");
        var streams = new List<Stream>();
        for (var i = 0; i < 16; i++)
        {
            var response = await Eventually.Done(http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead), $"stream {i} to open");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            streams.Add(await response.Content.ReadAsStreamAsync());
        }

        using var refused = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);

        // A place that is given back is there for the next one.
        await streams[0].DisposeAsync();
        var errors = relayd.Errors;
        await Eventually.True(
            async () =>
            {
                using var again = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
                return again.StatusCode == HttpStatusCode.OK;
            },
            "the place of a closed stream");
        Assert.Equal(errors, relayd.Errors);

        await relayd.SignalAsync("TERM");
        foreach (var stream in streams.Skip(1)) await Eventually.Done(stream.CopyToAsync(Stream.Null), "a stream to end with the server");
        Assert.Equal(0, await relayd.ExitAsync());
    }

    [Fact]
    public async Task PublicListener_HasNothingOfTheAdminListener()
    {
        await using var relayd = await RelaydProcess.StartAsync();
        using var key = NodePrivateKey.Generate();
        await using var client = await RelayConnection.ConnectAsync(relayd.Endpoint, new RelayClientOptions { PrivateKey = key });
        using var http = new HttpClient();
        var home = await http.GetStringAsync(new Uri($"http://{relayd.RelayEndPoint}/"));
        foreach (var path in new[] { "/status", "/status.json", "/status.js", "/status/stream", "/metrics", "/healthz", "/readyz", "/debug/", "/debug/check" })
            Assert.Equal((path, home), (path, await http.GetStringAsync(new Uri($"http://{relayd.RelayEndPoint}{path}"))));
    }

    private static async Task LookAsync(Chromium browser)
    {
        foreach (var (name, width, height, dark) in new[] { ("desktop-light", 1200, 900, false), ("desktop-dark", 1200, 900, true), ("phone", 390, 844, false), ("phone-dark", 390, 844, true) })
        {
            await browser.LookAsync(width, height, dark);
            Assert.Equal("true", await browser.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth"));
            Assert.Equal("true", await browser.EvaluateAsync("document.querySelector('#talkers td:last-child').getBoundingClientRect().right <= innerWidth"));
            var picture = await browser.ScreenshotAsync();
            if (Pictures is not null) await File.WriteAllBytesAsync(Path.Combine(Pictures, $"status-{name}.png"), picture);
        }
    }
}
