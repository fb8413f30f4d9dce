using System.Text;
using System.Text.Json.Nodes;
using Relay.Protocol.Map;
using YamlDotNet.RepresentationModel;

namespace Relay.Deploy.Tests.Files;

/// <summary>The DERP maps to copy are maps.</summary>
public sealed class DerpMapTests
{
    [Fact]
    public void TailscaleExample_IsAMap()
    {
        var policy = JsonNode.Parse(File.ReadAllText(DeployFiles.At("tailscale", "derpmap.json")))!;
        Assert.Equal("relay.example.com", DerpMap.Parse(Encoding.UTF8.GetBytes(policy["derpMap"]!.ToJsonString())).Regions[900].Nodes.Single().HostName);
    }

    // Headscale reads the same members, in lower case.
    [Fact]
    public void HeadscaleExample_IsAMap()
    {
        var node = (YamlMappingNode)DeployFiles.Yaml(DeployFiles.At("headscale", "relay.yaml"))[0]["regions"]["900"]["nodes"][0];
        Assert.Equal(["derpport", "hostname", "name", "regionid", "stunport"], node.Children.Keys.Select(k => k.Text()).Order());
        Assert.Equal("900", node["regionid"].Text());
    }
}
