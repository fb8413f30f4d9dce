using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Relay.Testing;

namespace Relay.NatLab.Tests.Lab;

/// <summary>TCP inside WireGuard.</summary>
internal sealed class LabIperf
{
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LabNode _from, _to;
    private readonly Process _server;

    internal LabIperf(LabNode from, LabNode to)
    {
        (_from, _to) = (from, to);
        _server = to.Start("iperf3", "-s", "-B", to.Address, "--forceflush");
        _server.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("listening", StringComparison.Ordinal) == true) _listening.TrySetResult();
        };
        _server.BeginOutputReadLine();
        _ = _server.StandardError.ReadToEndAsync();
    }

    /// <summary>Sends for so long; the rate that arrived, in Mbit/s. A connection that breaks fails the test.</summary>
    internal async Task<double> RunAsync(int seconds, params string[] more)
    {
        await Eventually.Done(_listening.Task, "iperf3 to listen");
        var process = _from.Start("iperf3", ["-c", _to.Address, "-t", seconds.ToString(CultureInfo.InvariantCulture), "-J", "--connect-timeout", "5000", .. more]);
        var output = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        await Eventually.Done(process.WaitForExitAsync(), "iperf3 to end", TimeSpan.FromSeconds(seconds + 30));
        var result = JsonDocument.Parse(await output).RootElement;
        if (result.TryGetProperty("error", out var error)) Assert.Fail($"iperf3: {error}");
        return result.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble() / 1e6;
    }

    internal async Task StopAsync()
    {
        _server.Kill();
        await _server.WaitForExitAsync();
    }
}
