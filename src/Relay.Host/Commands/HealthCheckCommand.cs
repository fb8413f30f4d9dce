using System.Net;
using Relay.Host.Failures;

namespace Relay.Host.Commands;

/// <summary>
/// <c>relayd healthcheck</c>: asks the admin listener of the relayd that runs with the same <c>--admin-listen</c> whether it is ready.
/// For images without a shell, where nothing else could ask.
/// </summary>
internal static class HealthCheckCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <exception cref="StartupException">It is not ready, or nobody answers.</exception>
    internal static async Task RunAsync(IPEndPoint admin, RelaydEnvironment environment, CancellationToken stop)
    {
        var url = new Uri($"http://{Reachable(admin)}/readyz");
        // Whoever runs containers may give all of them a proxy, which leads elsewhere than to this machine.
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(url, stop);
            var text = StartupException.OneLine(await answer.Content.ReadAsStringAsync(stop));
            if (!answer.IsSuccessStatusCode) throw new StartupException(ExitCode.Failed, $"{url} says {(int)answer.StatusCode} {text}");
            environment.Out.WriteLine(text);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            throw StartupException.Unavailable($"--admin-listen {admin}: no answer from {url}: {e.Message}", e);
        }
    }

    // Whoever listens on every address listens on loopback as well.
    private static IPEndPoint Reachable(IPEndPoint listen) =>
        listen.Address.Equals(IPAddress.Any) || listen.Address.Equals(IPAddress.IPv6Any) ? new(IPAddress.Loopback, listen.Port) : listen;
}
