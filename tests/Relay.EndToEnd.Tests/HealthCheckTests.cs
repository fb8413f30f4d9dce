using Relay.Testing;

namespace Relay.EndToEnd.Tests;

/// <summary><c>relayd healthcheck</c>, which images without a shell rely on.</summary>
public sealed class HealthCheckTests
{
    [Fact]
    public async Task RunningRelay_IsReady()
    {
        await using var relayd = await RelaydProcess.StartAsync();
        Assert.Equal((0, "ready\n"), await HealthCheckAsync($"{relayd.AdminEndPoint}"));
    }

    [Fact]
    public async Task NobodyThere_Is69()
    {
        var (code, text) = await HealthCheckAsync($"127.0.0.1:{FreePort.Tcp()}");
        Assert.Equal(69, code);
        Assert.Contains("--admin-listen 127.0.0.1:", text, StringComparison.Ordinal);
    }

    // As Docker gives one to every container, where it is told to.
    [Fact]
    public async Task ProxyForEverything_IsNotForLoopback()
    {
        await using var relayd = await RelaydProcess.StartAsync();
        var proxy = $"http_proxy=http://127.0.0.1:{FreePort.Tcp()}";
        Assert.Equal((0, "ready\n"), await HealthCheckAsync($"{relayd.AdminEndPoint}", Requires.Tool("env"), "-u", "no_proxy", "-u", "NO_PROXY", proxy));
    }

    private static async Task<(int Code, string Text)> HealthCheckAsync(string admin, params string[] within)
    {
        using var process = RelaydProcess.LaunchUnder(within, "healthcheck", "--dev", "--admin-listen", admin);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Eventually.Done(process.WaitForExitAsync(), "relayd healthcheck to end");
        return (process.ExitCode, await output + await errors);
    }
}
