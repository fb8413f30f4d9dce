using System.Text;
using Relay.Protocol.Keys;
using Relay.Server.Admission;

namespace Relay.Server.Tests.Admission;

public sealed class AdmissionListReaderTests
{
    private static readonly string Alice = "nodekey:" + new string('a', 64);
    private static readonly string Bob = "nodekey:" + new string('b', 64);

    [Fact]
    public void List_IsReadWhole()
    {
        var list = Read($$"""
            { "networks": {
                // The operator's own.
                "home":   { "nodes": { "{{Alice}}": { "name": "laptop" },
                                       "{{Bob}}": { "name": "phone", "expires": "2027-01-01T00:00:00Z", "rate": "8Mbit" } } },
                "office": { "rate": "50Mbit", "nodes": { } },
            } }
            """);

        Assert.Equal(2, list.NodeCount);
        Assert.Equal(["home", "office"], list.Networks.Select(network => network.Name));
        Assert.Equal(6_250_000, list.Networks[1].Rate!.BytesPerSecond);
        var phone = list.Networks[0].Nodes[Key(Bob)];
        Assert.Equal("phone", phone.Name);
        Assert.Equal(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), phone.Expires);
        Assert.Equal(1_000_000, phone.Rate!.BytesPerSecond);
        Assert.Equal(new ListedNode("laptop", null, null), list.Networks[0].Nodes[Key(Alice)]);
    }

    [Theory]
    [InlineData("2027-01-01", "2027-01-01T00:00:00Z")]
    [InlineData("2027-01-01T02:00:00+02:00", "2027-01-01T00:00:00Z")]
    [InlineData("2027-01-01T00:00:00.000Z", "2027-01-01T00:00:00Z")]
    public void Date_MayBeWrittenInTheUsualWays(string text, string same)
    {
        var list = Read($$"""{"networks":{"n":{"nodes":{"{{Alice}}":{"expires":"{{text}}" } } } } }""");
        Assert.Equal(DateTimeOffset.Parse(same, System.Globalization.CultureInfo.InvariantCulture), list.Networks[0].Nodes[Key(Alice)].Expires);
    }

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("[]", 1, 1)]
    [InlineData("{}", 1, 2)]
    [InlineData("{ \"netwoks\": {} }", 1, 3)]
    [InlineData("{\n  \"networks\": 5 }", 2, 15)]
    [InlineData("{\n  \"networks\": {\n    \"n\": { \"nods\": {} } } }", 3, 12)]
    [InlineData("{\"networks\":{\"n\":{\"nodes\":{\"nodekey:12\":{}}}}}", 1, 28)]
    [InlineData("{\"networks\":{\"n\":{\"nodes\":{\"ALICE\":true}}}}", 1, 103)]
    [InlineData("{\"networks\":{\"n\":{\"nodes\":{\"ALICE\":{\"expirse\":\"2027-01-01\"}}}}}", 1, 104)]
    [InlineData("{\"networks\":{\"n\":{\"nodes\":{\"ALICE\":{\"expires\":\"tomorrow\"}}}}}", 1, 114)]
    [InlineData("{\"networks\":{\"n\":{\"nodes\":{\"ALICE\":{\"expires\":5}}}}}", 1, 114)]
    [InlineData("{\"networks\":{\"n\":{\"rate\":\"fast\"}}}", 1, 26)]
    [InlineData("{\"networks\":{\"n\":{\"nodes\":{\"ALICE\":{},\n\"ALICE\":{}}}}}", 2, 1)]
    [InlineData("{\"networks\":{\"n\":{\"nodes\":{\"ALICE\":{}}},\n \"m\":{\"nodes\":{\"ALICE\":{}}}}}", 2, 16)]
    [InlineData("{\"networks\":{\"n\":{},\"n\":{}}}", 1, 21)]
    [InlineData("{\"networks\":{}} x", 1, 17)]
    [InlineData("{\"networks\":{\n\"n\" {}}}", 2, 5)]
    public void Fault_IsNamedWithLineAndColumn(string json, int line, int column)
    {
        Assert.False(AdmissionListReader.TryRead(Encoding.UTF8.GetBytes(json.Replace("ALICE", Alice, StringComparison.Ordinal)), out _, out var fault));
        Assert.Equal((line, column), (fault.Line, fault.Column));
        Assert.DoesNotContain("LineNumber", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CutAnywhere_IsAFault()
    {
        var json = Encoding.UTF8.GetBytes($$"""{"networks":{"n":{"rate":"5MB","nodes":{"{{Alice}}":{"name":"a","expires":"2027-01-01" } } } } }""");
        for (var length = 0; length < json.Length; length++)
            Assert.False(AdmissionListReader.TryRead(json.AsSpan(0, length), out _, out _), $"the first {length} bytes were taken for a list");
    }

    [Fact]
    public void ByteOrderMark_IsNoFault() => Assert.True(AdmissionListReader.TryRead("\uFEFF{\"networks\":{}}"u8, out _, out _));

    [Fact]
    public void InvalidUtf8_IsAFault() => Assert.False(AdmissionListReader.TryRead([.. "{\"networks\":{\""u8, 0xff, .. "\":{}}}"u8], out _, out _));

    [Fact]
    public void HalfASurrogate_IsAFault() => Assert.False(AdmissionListReader.TryRead("{\"networks\":{\"\\ud800\":{}}}"u8, out _, out _));

    private static AdmissionList Read(string json)
    {
        Assert.True(AdmissionListReader.TryRead(Encoding.UTF8.GetBytes(json), out var list, out var fault), fault?.ToString());
        return list;
    }

    private static NodeKey Key(string text) => NodeKey.TryParse(text, out var key) ? key : throw new FormatException(text);
}
