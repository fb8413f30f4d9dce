using System.Text.Json;
using Relay.Protocol.Map;

namespace Relay.Protocol.Tests.Map;

public sealed class DerpMapTests
{
    private const string Pin = "sha256-raw:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    // spec/derper-surface.md 13.3.
    private const string Example =
        """
        {"Regions":{"900":{"RegionID":900,"RegionCode":"home","RegionName":"My relay","Nodes":[
          {"Name":"900a","RegionID":900,"HostName":"relay.example.com","IPv4":"192.0.2.10","IPv6":"none","STUNPort":3478,"DERPPort":8443},
          {"Name":"900b","RegionID":900,"HostName":"192.0.2.11","CertName":"PIN","STUNPort":-1}]}},
         "omitDefaultRegions":true}
        """;

    [Fact]
    public void Parse_TheExample_ReadsEachMember()
    {
        var map = Parse(Example.Replace("PIN", Pin, StringComparison.Ordinal));
        Assert.True(map.OmitDefaultRegions);
        Assert.Null(map.HomeParams);
        var (id, region) = Assert.Single(map.Regions);
        Assert.Equal((900, 900, "home", "My relay"), (id, region.RegionID, region.RegionCode, region.RegionName));
        Assert.Equal(2, region.Nodes.Count);
        Assert.Equal(
            new DerpNode { Name = "900a", RegionID = 900, HostName = "relay.example.com", IPv4 = "192.0.2.10", IPv6 = "none", STUNPort = 3478, DERPPort = 8443 },
            region.Nodes[0]);
        Assert.Equal(new DerpNode { Name = "900b", RegionID = 900, HostName = "192.0.2.11", CertName = Pin, STUNPort = -1 }, region.Nodes[1]);
    }

    [Fact]
    public void ToJson_WithEveryMember_WritesTheReferencesNamesAndReadsBack()
    {
        var map = Full();
        using var document = JsonDocument.Parse(map.ToJson());
        Assert.Equal(["HomeParams", "Regions", "omitDefaultRegions"], Names(document.RootElement));
        var region = document.RootElement.GetProperty("Regions").GetProperty("900");
        Assert.Equal(["RegionID", "RegionCode", "RegionName", "Latitude", "Longitude", "Avoid", "NoMeasureNoHome", "Nodes"], Names(region));
        Assert.Equal(
            ["Name", "RegionID", "HostName", "CertName", "IPv4", "IPv6", "STUNPort", "STUNOnly", "DERPPort", "InsecureForTests", "STUNTestIP", "CanPort80"],
            Names(region.GetProperty("Nodes")[0]));
        Assert.Equal(0.5, document.RootElement.GetProperty("HomeParams").GetProperty("RegionScore").GetProperty("900").GetDouble());

        var again = Parse(map.ToJson());
        Assert.Equal(map.ToJson(), again.ToJson());
        Assert.Equal(map.Regions[900].Nodes[0], again.Regions[900].Nodes[0]);
        Assert.Equal(map.Regions[900] with { Nodes = [] }, again.Regions[900] with { Nodes = [] });
        Assert.Equal(map.HomeParams!.RegionScore, again.HomeParams!.RegionScore);
    }

    [Fact]
    public void ToJson_OfDefaults_LeavesThemOut()
    {
        using var document = JsonDocument.Parse(Parse("""{"Regions":{"1":{"RegionID":1,"Nodes":[{"Name":"1a","RegionID":1,"HostName":"h","IPv4":""}]}}}""").ToJson());
        Assert.Equal(["Regions"], Names(document.RootElement));
        Assert.Equal(["Name", "RegionID", "HostName"], Names(document.RootElement.GetProperty("Regions").GetProperty("1").GetProperty("Nodes")[0]));
    }

    [Fact]
    public void Parse_OfMissingMembers_GivesTheDefaults()
    {
        Assert.Empty(Parse("{}").Regions);
        var region = Parse("""{"Regions":{"1":{"RegionID":1}}}""").Regions[1];
        Assert.Equal(("", "", 0), (region.RegionCode, region.RegionName, region.Nodes.Count));
        var node = Parse("""{"Regions":{"1":{"RegionID":1,"Nodes":[{"HostName":"h"}]}}}""").Regions[1].Nodes[0];
        Assert.Equal(new DerpNode { HostName = "h" }, node);
        Assert.Equal(("", 3478, 443), (node.Name, node.EffectiveStunPort, node.EffectiveDerpPort));
    }

    // The reference writes null for a list that is empty.
    [Fact]
    public void Parse_OfNullAndEmptyTexts_TakesThemAsAbsent()
    {
        Assert.Empty(Parse("""{"HomeParams":null,"Regions":null}""").Regions);
        var region = Parse("""{"Regions":{"1":{"RegionID":1,"RegionCode":null,"RegionName":null,"Nodes":null}}}""").Regions[1];
        Assert.Equal(("", "", 0), (region.RegionCode, region.RegionName, region.Nodes.Count));
        var nodes = Parse(
            """
            {"Regions":{"1":{"RegionID":1,"Nodes":[
              {"HostName":"h","Name":null,"CertName":null,"IPv4":null,"IPv6":null,"STUNTestIP":null},
              {"HostName":"h","CertName":"","IPv4":"","IPv6":"","STUNTestIP":""}]}}}
            """).Regions[1].Nodes;
        Assert.All(nodes, node => Assert.Equal(new DerpNode { HostName = "h" }, node));
    }

    [Fact]
    public void Parse_OfUnknownMembersAndOtherCase_ReadsWhatItKnows()
    {
        var map = Parse("""{"x":[1,{"y":null}],"REGIONS":{"2":{"regionid":2,"new":{},"nodes":[{"hostname":"h","stunport":5,"Future":[]}]}},"OMITDEFAULTREGIONS":true}""");
        Assert.True(map.OmitDefaultRegions);
        Assert.Equal(new DerpNode { HostName = "h", STUNPort = 5 }, map.Regions[2].Nodes[0]);
    }

    [Theory]
    [InlineData(0, 3478)]
    [InlineData(1, 1)]
    [InlineData(65535, 65535)]
    [InlineData(65536, null)]
    [InlineData(-1, null)]
    public void EffectiveStunPort_IsTheOneInForce(int port, int? expected) => Assert.Equal(expected, new DerpNode { STUNPort = port }.EffectiveStunPort);

    [Fact]
    public void EffectiveDerpPort_IsTheOneInForce()
    {
        Assert.Equal(443, new DerpNode().EffectiveDerpPort);
        Assert.Equal(8443, new DerpNode { DERPPort = 8443 }.EffectiveDerpPort);
    }

    [Theory]
    [InlineData("relay.example.com")]
    [InlineData("relay.example.com.")]
    [InlineData("my_relay.internal")]
    [InlineData("xn--zrich-kva.example")]
    [InlineData("localhost")]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    public void Parse_OfAnyNameOrAddress_TakesIt(string host)
    {
        var json = """{"Regions":{"1":{"RegionID":1,"Nodes":[{"HostName":"HOST"}]}}}""".Replace("HOST", host, StringComparison.Ordinal);
        Assert.Equal(host, Parse(json).Regions[1].Nodes[0].HostName);
    }

    private static DerpMap Full() => new()
    {
        HomeParams = new DerpHomeParams { RegionScore = new() { [900] = 0.5, [1] = 2 } },
        OmitDefaultRegions = true,
        Regions = new()
        {
            [900] = new DerpRegion
            {
                RegionID = 900,
                RegionCode = "home",
                RegionName = "Zürich \"1\"",
                Latitude = 47.37,
                Longitude = -8.54,
                Avoid = true,
                NoMeasureNoHome = true,
                Nodes =
                [
                    new DerpNode
                    {
                        Name = "900a",
                        RegionID = 900,
                        HostName = "relay.example.com",
                        CertName = Pin,
                        IPv4 = "192.0.2.10",
                        IPv6 = "2001:db8::1",
                        STUNPort = -1,
                        STUNOnly = true,
                        DERPPort = 8443,
                        InsecureForTests = true,
                        STUNTestIP = "127.0.0.1",
                        CanPort80 = true,
                    },
                ],
            },
        },
    };

    private static DerpMap Parse(string json) => DerpMap.Parse(Known.Utf8(json));

    private static string[] Names(JsonElement json) => [.. json.EnumerateObject().Select(member => member.Name)];
}
