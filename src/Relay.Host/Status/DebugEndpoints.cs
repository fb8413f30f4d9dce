using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Relay.Host.Commands;
using Relay.Host.Configuration;
using Relay.Host.Startup;
using Relay.Server;

namespace Relay.Host.Status;

/// <summary>
/// For whoever looks for a fault: what this process is, and whether the relay's books are sound. For the admin listeners
/// alone: only their requests reach the routes.
/// </summary>
internal static class DebugEndpoints
{
    internal static IEndpointRouteBuilder MapDebug(this IEndpointRouteBuilder endpoints, RelaydOptions options, Identity identity, TimeProvider time)
    {
        var relay = endpoints.ServiceProvider.GetRequiredService<RelayServer>();
        var started = time.GetUtcNow();
        Map("/debug", () => (StatusCodes.Status200OK, About(options, identity, started, time.GetUtcNow())));
        Map("/debug/check", () => Verdict(relay.CheckConsistency()));
        return endpoints;

        void Map(string path, Func<(int Status, string Text)> answer) => endpoints.MapGet(path, (RequestDelegate)(context =>
        {
            (context.Response.StatusCode, var text) = answer();
            return StatusEndpoints.WriteAsync(context, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));
        }));
    }

    /// <summary>What <c>/debug/check</c> says of what is inconsistent.</summary>
    internal static (int Status, string Text) Verdict(IReadOnlyList<string> problems) => problems.Count == 0
        ? (StatusCodes.Status200OK, "okay\n")
        : (StatusCodes.Status500InternalServerError, string.Concat(problems.Select(problem => problem + "\n")));

    private static string About(RelaydOptions options, Identity identity, DateTimeOffset started, DateTimeOffset now) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        relayd {BuildVersion.Full}
        up since {started:u}, for {now - started:d\.hh\:mm\:ss}
        host name {options.HostName}, region {options.Region}, node {options.Node}
        public key {identity.Key.Public.ToText()}
        mesh key {(identity.MeshKey is null ? "no" : "yes")}
        {RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, process {Environment.ProcessId} on {Environment.MachineName}

        /debug/check   whether the relay's books are sound: 200 and okay, or 500 and what is wrong, a line each
        /status.json   what it is doing
        /metrics       what it has done

        """);
}
