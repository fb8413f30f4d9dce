using Relay.Protocol.Map;

namespace Relay.Protocol.Tests.Map;

/// <summary>What is no DERP map is refused in one line that says where, and what was expected there.</summary>
public sealed class DerpMapFaultTests
{
    [Theory]
    [InlineData("", "line 1")]
    [InlineData("null", "the DERP map is null; an object with \"Regions\" was expected")]
    [InlineData("[]", "line 1, $: an object was expected")]
    [InlineData("3", "line 1, $: an object was expected")]
    [InlineData("{\n\"Regions\":\n[]}", "line 3, $.Regions: an object was expected")]
    [InlineData("{\"Regions\":{\"x\":{}}}", "line 1, $.Regions.x: an object was expected, by the region's id")]
    [InlineData("{\"Regions\":{\"1.5\":{}}}", "line 1, $.Regions['1.5']: an object was expected")]
    [InlineData("{\"Regions\":{\"99999999999\":{}}}", "line 1, $.Regions.99999999999: an object was expected, by the region's id")]
    [InlineData("{\"Regions\":{\"1\":null}}", "region 1 is null; an object was expected")]
    [InlineData("{\"Regions\":{\"1\":7}}", "line 1, $.Regions.1: an object was expected")]
    [InlineData("{\"Regions\":{\"1\":{}}}", "region 1 has RegionID 0; both must be the same number")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":2}}}", "region 1 has RegionID 2; both must be the same number")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":\"1\"}}}", "$.Regions.1.RegionID: a whole number was expected")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1.5}}}", "$.Regions.1.RegionID: a whole number was expected")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":null}}}", "$.Regions.1.RegionID: a whole number was expected")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"RegionCode\":5}}}", "$.Regions.1.RegionCode: a text in quotes was expected")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"RegionName\":\"a\\u001b[2J\"}}}", "region 1 has a RegionName with control characters")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"Latitude\":\"N\"}}}", "$.Regions.1.Latitude: a number was expected")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"Longitude\":1e999}}}", "region 1 has a position")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"Avoid\":1}}}", "$.Regions.1.Avoid: true or false was expected")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"Nodes\":{}}}}", "$.Regions.1.Nodes: an array was expected")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"Nodes\":[null]}}}", "region 1 has a node that is null")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"Nodes\":[{}]}}}", "region 1 has a node without HostName")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"Nodes\":[{\"HostName\":null}]}}}", "region 1 has a node without HostName")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"Nodes\":[{\"HostName\":\"a\\r\\nX: y\"}]}}}", "region 1 has a node with HostName 'a??X: y'")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"Nodes\":[{\"HostName\":\"a b\"}]}}}", "region 1 has a node with HostName 'a b'")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"Nodes\":[{\"HostName\":\"https://a\"}]}}}", "region 1 has a node with HostName 'https://a'")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"Nodes\":[{\"HostName\":\"a:443\"}]}}}", "region 1 has a node with HostName 'a:443'")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"Nodes\":[{\"HostName\":\"a\",\"Name\":\"1a\\n\"}]}}}", "region 1 has a Name with control characters")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"Nodes\":[{\"HostName\":\"a\",\"DERPPort\":65536}]}}}", "region 1 has a node with DERPPort 65536")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"Nodes\":[{\"HostName\":\"a\",\"DERPPort\":-1}]}}}", "region 1 has a node with DERPPort -1")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"Nodes\":[{\"HostName\":\"a\",\"STUNPort\":\"x\"}]}}}", "$.Regions.1.Nodes[0].STUNPort: a whole number was expected")]
    [InlineData("{\"Regions\":{\"1\":{\"RegionID\":1,\"Nodes\":[{\"HostName\":\"a\",\"STUNPort\":3000000000}]}}}", "$.Regions.1.Nodes[0].STUNPort: a whole number was expected")]
    [InlineData("{\"omitDefaultRegions\":\"yes\"}", "line 1, $.omitDefaultRegions: true or false was expected")]
    [InlineData("{\"HomeParams\":5}", "line 1, $.HomeParams: an object was expected")]
    [InlineData("{\"HomeParams\":{\"RegionScore\":{\"1\":\"x\"}}}", "$.HomeParams.RegionScore.1: a number was expected")]
    [InlineData("{\"HomeParams\":{\"RegionScore\":{\"1\":1e999}}}", "the RegionScore of region 1")]
    [InlineData("{\n\n\"Regions\": x}", "line 3, $.Regions: 'x' is an invalid start of a value")]
    [InlineData("{} {}", "line 1, $: ")]
    [InlineData("{\"Regions\":{\"a\\nb\":{}}}", "$.Regions")]
    public void Parse_OfWhatIsNoMap_SaysWhereInOneLine(string json, string part)
    {
        var message = CheckRefused(Known.Utf8(json));
        Assert.True(message.Contains(part, StringComparison.Ordinal), $"expected {part} in: {message}");
    }

    [Fact]
    public void Parse_OfInvalidUtf8OrDeepNesting_SaysSoInOneLine()
    {
        CheckRefused([.. "{\"Regions\":{\"1\":{\"RegionID\":1,\"RegionName\":\""u8, 0xC3, 0x28, .. "\"}}}"u8]);
        CheckRefused([.. "{\"Regions\":{\""u8, 0xFF, .. "\":{}}}"u8]);
        CheckRefused(Known.Utf8("{\"x\":" + new string('[', 100_000)));
    }

    [Fact]
    public void Parse_OfAHugeName_DoesNotRepeatItAll()
    {
        Assert.InRange(CheckRefused(Known.Utf8("{\"Regions\":{\"" + new string('x', 100_000) + "\":{}}}")).Length, 1, 500);
        Assert.InRange(CheckRefused(Known.Utf8("{\"Regions\":{\"1\":{\"RegionID\":1,\"Nodes\":[{\"HostName\":\"" + new string('x', 100_000) + "\"}]}}}")).Length, 1, 500);
    }

    internal static string CheckRefused(byte[] json)
    {
        var message = Assert.Throws<FormatException>(() => DerpMap.Parse(json)).Message;
        Assert.StartsWith("the DERP map ", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.DoesNotContain("System.", message, StringComparison.Ordinal);
        return message;
    }
}
