using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

/// <summary>One page in a real headless browser, driven over its DevTools protocol. One question at a time.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    // A cold start on a busy machine takes its time.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _profile = Directory.CreateTempSubdirectory("relay-chromium-");
    private readonly TaskCompletionSource<Uri> _devTools = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ClientWebSocket _socket = new();
    private readonly Process _process;
    private int _lastId;

    private Chromium(string program)
    {
        _process = Process.Start(new ProcessStartInfo(program)
        {
            ArgumentList =
            {
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--ignore-certificate-errors", $"--user-data-dir={_profile.FullName}",
                "--remote-debugging-port=0", "about:blank",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, line) =>
        {
            const string Says = "DevTools listening on ";
            if (line.Data?.StartsWith(Says, StringComparison.Ordinal) == true) _devTools.TrySetResult(new Uri(line.Data[Says.Length..]));
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts the browser with this page; skips the test where there is no browser.</summary>
    public static async Task<Chromium> OpenAsync(Uri url)
    {
        var browser = new Chromium(Requires.Chromium());
        try
        {
            var devTools = await Eventually.Done(browser._devTools.Task, "Chromium to start", Patience);
            await browser._socket.ConnectAsync(await PageAsync(devTools), CancellationToken.None);
            await browser.AskAsync("Page.navigate", new { url = url.AbsoluteUri });
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>The value of a JavaScript expression, as text.</summary>
    public async Task<string> EvaluateAsync(string expression)
    {
        var answer = await AskAsync("Runtime.evaluate", new { expression, returnByValue = true });
        return answer["result"]?["value"]?.ToString() ?? "";
    }

    /// <summary>Waits until a JavaScript expression is true.</summary>
    public Task TrueAsync(string expression, string what) => Eventually.True(async () => await EvaluateAsync(expression) == "true", what, Patience);

    /// <summary>Gives the page a window of this size, and the colours of a person who prefers dark or light ones.</summary>
    public async Task LookAsync(int width, int height, bool dark)
    {
        await AskAsync("Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = 1, mobile = width < 600 });
        await AskAsync("Emulation.setEmulatedMedia", new { features = new[] { new { name = "prefers-color-scheme", value = dark ? "dark" : "light" } } });
    }

    /// <summary>The whole page as a PNG file.</summary>
    public async Task<byte[]> ScreenshotAsync()
    {
        var answer = await AskAsync("Page.captureScreenshot", new { format = "png", captureBeyondViewport = true });
        return Convert.FromBase64String((string)answer["data"]!);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();

        // Its children may take a moment to let go of their files.
        await Eventually.True(TryDeleteProfile, "the browser's profile to be deleted");
    }

    // It listens a moment before it has a page.
    private static async Task<Uri> PageAsync(Uri devTools)
    {
        using var http = new HttpClient();
        JsonNode? page = null;
        await Eventually.True(
            async () =>
            {
                var targets = await http.GetFromJsonAsync<JsonArray>($"http://{devTools.Authority}/json/list");
                return (page = targets!.SingleOrDefault(target => (string?)target!["type"] == "page")) is not null;
            },
            "Chromium to have a page",
            Patience);
        return new Uri((string)page!["webSocketDebuggerUrl"]!);
    }

    private bool TryDeleteProfile()
    {
        try
        {
            _profile.Delete(recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task<JsonNode> AskAsync(string method, object parameters)
    {
        var id = ++_lastId;
        var question = JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters });
        await _socket.SendAsync(question, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        return await Eventually.Done(AnswerAsync(id), $"Chromium to answer {method}", Patience);
    }

    private async Task<JsonNode> AnswerAsync(int id)
    {
        for (; ; )
        {
            using var message = new MemoryStream();
            var buffer = new byte[32 * 1024];
            ValueWebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                message.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);
            var answer = JsonNode.Parse(message.ToArray())!;
            if ((int?)answer["id"] != id) continue;
            return answer["result"] ?? throw new InvalidOperationException($"Chromium: {answer["error"]}");
        }
    }
}
