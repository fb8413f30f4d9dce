using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Relay.Host.Admission;
using Relay.Host.Metrics;
using Relay.Host.Region;
using Relay.Host.Serving;
using Relay.Host.Startup;
using Relay.Stun;
using Relay.Testing;

namespace Relay.Host.Tests.Support;

/// <summary>What relayd would serve as its metrics, without opening a port. Members of a mesh are dialled.</summary>
internal static class MetricsOf
{
    internal static async Task<string> RelaydAsync(params string[] flags)
    {
        var options = Bind.Options("--dev", flags);
        using var identity = Identity.Load(options, TimeProvider.System, NullLogger.Instance);
        using var gatekeeper = Gatekeeper.Open(options, TimeProvider.System, NullLogger.Instance);
        await using var stun = new StunResponder(new StunResponderOptions());
        await using var app = RelaydApp.Build(options, TimeProvider.System, NullLoggerFactory.Instance, identity, gatekeeper, Listeners.Of(options, identity), stun);
        if (app.Services.GetService<RegionLinks>() is { } region)
        {
            region.Start(1, identity);
            await Eventually.True(() => region.Links.Count == options.MeshWith.Length, "the links to be listed");
        }

        return await ScrapeAsync(app);
    }

    private static async Task<string> ScrapeAsync(WebApplication app)
    {
        using var text = new MemoryStream();
        await app.Services.GetRequiredService<RelayMetrics>().Registry.CollectAndExportAsTextAsync(text);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
