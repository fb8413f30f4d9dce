using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Relay.Deploy.Tests.Files;
using Relay.Testing;

namespace Relay.Deploy.Tests.Monitoring;

/// <summary>A real Prometheus with the rules of <c>deploy/prometheus</c>, which scrapes these relays each second.</summary>
internal sealed class PrometheusProcess : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-prometheus-");
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly StringBuilder _log = new();
    private readonly Process _process;
    private readonly Uri _url = new($"http://127.0.0.1:{FreePort.Tcp()}");

    private PrometheusProcess(string program, IPEndPoint[] relays)
    {
        foreach (var file in new[] { "rules.yml", "alerts.yml" }) File.Copy(DeployFiles.At("prometheus", file), Path.Combine(_folder.FullName, file));
        var settings = File.ReadAllText(DeployFiles.At("prometheus", "prometheus.yml")).Replace(" 15s", " 1s", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder.FullName, "prometheus.yml"), settings);
        File.WriteAllText(Path.Combine(_folder.FullName, "relays.yml"), $"- targets: [{string.Join(", ", relays.Select(relay => $"'{relay}'"))}]\n");
        _process = Process.Start(new ProcessStartInfo(program,
            [$"--config.file={_folder.FullName}/prometheus.yml", $"--storage.tsdb.path={_folder.FullName}/data", $"--web.listen-address={_url.Authority}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_log) _log.AppendLine(line.Data);
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    internal static async Task<PrometheusProcess> StartAsync(params IPEndPoint[] relays)
    {
        var prometheus = new PrometheusProcess(Requires.Tool("prometheus"), relays);
        await Eventually.True(prometheus.IsReadyAsync, "Prometheus to be ready", TimeSpan.FromSeconds(60));
        return prometheus;
    }

    /// <summary>The series of an instant query, or what Prometheus says is wrong with it.</summary>
    internal async Task<JsonArray> QueryAsync(string expression)
    {
        using var answer = await _http.GetAsync(new Uri(_url, $"/api/v1/query?query={Uri.EscapeDataString(expression)}"));
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.True((string?)json["status"] == "success", $"{expression}: {json["error"]}");
        return json["data"]!["result"]!.AsArray();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<bool> IsReadyAsync()
    {
        lock (_log) Assert.False(_process.HasExited, _log.ToString());
        try
        {
            using var answer = await _http.GetAsync(new Uri(_url, "/-/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
