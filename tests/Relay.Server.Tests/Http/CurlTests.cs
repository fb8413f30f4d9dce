using Relay.Testing;

namespace Relay.Server.Tests.Http;

/// <summary>A client that nobody here wrote.</summary>
public sealed class CurlTests
{
    [Theory]
    [InlineData("--http1.1", "1.1")]
    [InlineData("--http2", "2")]
    public async Task Curl_InEitherHttp_IsServed(string option, string version)
    {
        await using var host = await TestHost.StartAsync();
        Assert.Equal($"200 {version}", await RunAsync(option, $"https://localhost:{host.Tls}/"));
        Assert.Equal($"426 {version}", await RunAsync(option, $"https://localhost:{host.Tls}/derp"));
        Assert.Equal($"200 {version}", await RunAsync(option, "--head", $"https://localhost:{host.Tls}/derp/probe"));
        Assert.Equal($"204 {version}", await RunAsync(option, $"https://localhost:{host.Tls}/generate_204"));
    }

    [Fact]
    public async Task Curl_SentToTheHttpsPortWithHttp_IsToldSo()
    {
        await using var host = await TestHost.StartAsync();
        Assert.Equal("400 1.1", await RunAsync($"http://localhost:{host.Tls}/"));
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        var (_, output) = await Tool.RunAsync(
            Requires.Tool("curl"), ["-4", "-ksS", "-m", "25", "-o", "/dev/null", "-w", "%{http_code} %{http_version}", .. arguments]);
        return output;
    }
}
