using Relay.Deploy.Tests.Dashboards;
using Relay.Testing;

namespace Relay.Deploy.Tests.Monitoring;

/// <summary>
/// A real relayd under a real load and one that is in a region with Redis, scraped by a real Prometheus: no panel and no rule may
/// ask for what is not there.
/// </summary>
public sealed class PanelQueryTests
{
    [Fact]
    public async Task EveryPanelAndRule_HasASeries()
    {
        Requires.Linux();
        Requires.Tool("prometheus");
        using var meshKey = new MeshKeyFile();
        await using var relayd = await RelaydProcess.StartAsync(
            "--tls", "self-signed", "--node", "node-1", "--region", "901", "--mesh-key-file", meshKey.Path, "--mesh-with", "127.0.0.1:1");
        await using var redis = await RedisServer.StartAsync();
        await using var other = await RelaydProcess.StartAsync("--node", "node-2", "--region", "902", "--mesh-key-file", meshKey.Path, "--cluster", $"{redis.Url}");
        await using var prometheus = await PrometheusProcess.StartAsync(relayd.AdminEndPoint, other.AdminEndPoint);
        using var load = LoadTest.Start(relayd);
        var missing = Expressions().ToList();
        Assert.True(missing.Count > 60, $"only {missing.Count} expressions");
        try
        {
            // Rates need two scrapes, and quantiles something to have happened meanwhile.
            await Eventually.True(
                async () =>
                {
                    var still = new List<(string Where, string Expression)>();
                    foreach (var one in missing)
                    {
                        if ((await prometheus.QueryAsync(one.Expression)).Count == 0) still.Add(one);
                    }

                    missing = still;
                    return missing.Count == 0;
                },
                "a series for every expression",
                TimeSpan.FromSeconds(60));
        }
        catch (Xunit.Sdk.FailException)
        {
            Assert.Fail("no series for\n" + string.Join('\n', missing.Select(m => $"{m.Where}: {m.Expression}")));
        }
    }

    // Variables as they are when everything is chosen; a minute's rate would outlast the test.
    private static IEnumerable<(string Where, string Expression)> Expressions()
    {
        foreach (var name in DashboardTests.Sources().Select(f => Path.GetFileNameWithoutExtension(f)))
        {
            foreach (var panel in DashboardTests.Panels(name, withRows: false))
            {
                foreach (var target in panel["targets"]!.AsArray())
                {
                    yield return ($"{name}, {panel["title"]}", ((string)target!["expr"]!)
                        .Replace("$region", ".*", StringComparison.Ordinal)
                        .Replace("$node", ".*", StringComparison.Ordinal)
                        .Replace("$capacity", "1000", StringComparison.Ordinal)
                        .Replace("$__rate_interval", "1m", StringComparison.Ordinal));
                }
            }
        }

        foreach (var rule in PromtoolTests.Rules("rules.yml")) yield return ("rules.yml", rule["record"].ToString());
    }
}
