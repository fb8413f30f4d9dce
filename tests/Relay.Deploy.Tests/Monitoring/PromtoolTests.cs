using Relay.Deploy.Tests.Files;
using Relay.Testing;

namespace Relay.Deploy.Tests.Monitoring;

/// <summary>Prometheus's own tool about what lies in <c>deploy/prometheus</c>.</summary>
public sealed class PromtoolTests
{
    [Theory]
    [InlineData("check", "config", "prometheus.yml")]
    [InlineData("test", "rules", "alerts.test.yml")]
    public async Task Promtool_IsContent(string verb, string what, string file)
    {
        var (code, output) = await Tool.RunAsync(Requires.Tool("promtool"), verb, what, DeployFiles.At("prometheus", file));
        Assert.True(code == 0, output);
    }

    [Fact]
    public void EveryAlert_HasARunbook_AndATest()
    {
        var tests = File.ReadAllText(DeployFiles.At("prometheus", "alerts.test.yml"));
        var alerts = Rules("alerts.yml").Where(r => r.Children.ContainsKey("alert")).ToList();
        Assert.NotEmpty(alerts);
        foreach (var alert in alerts)
        {
            var name = alert["alert"].Text();
            Assert.Contains(alert.At("labels", "severity").Text(), (string[])["page", "ticket"]);
            Assert.True(alert.At("annotations", "runbook").Text().Length > 100, $"{name} does not say what to do");
            Assert.Contains($"alertname=\"{name}\"", tests, StringComparison.Ordinal);
        }
    }

    internal static IEnumerable<YamlDotNet.RepresentationModel.YamlMappingNode> Rules(string file) =>
        ((YamlDotNet.RepresentationModel.YamlSequenceNode)DeployFiles.Yaml(DeployFiles.At("prometheus", file))[0]["groups"])
            .SelectMany(g => (YamlDotNet.RepresentationModel.YamlSequenceNode)g["rules"])
            .Cast<YamlDotNet.RepresentationModel.YamlMappingNode>();
}
