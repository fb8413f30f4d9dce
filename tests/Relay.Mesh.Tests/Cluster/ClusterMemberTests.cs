using System.Text.Json;
using Relay.Mesh.Cluster;

namespace Relay.Mesh.Tests.Cluster;

public sealed class ClusterMemberTests
{
    private static readonly ClusterMember Whole = new("n1", "relay.example.com", "192.0.2.1", 443, new string('a', 64), null, false, 7);

    [Fact]
    public void TryRead_OfWhatWasWritten_GivesItBack() => Assert.Equal(Whole, ClusterMember.TryRead(ToJson(Whole)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"Node\":\"n1\"}")]
    [InlineData("{\"Node\":7}")]
    public void TryRead_OfWhatIsNoMember_GivesNone(string? json) => Assert.Null(ClusterMember.TryRead(json));

    [Fact]
    public void TryRead_OfAMemberThatNobodyCanReach_GivesNone()
    {
        ClusterMember[] unfit =
        [
            Whole with { Node = "" }, Whole with { Node = null! }, Whole with { Host = null! }, Whole with { Key = null! },
            Whole with { Address = null! }, Whole with { Address = "relay.example.com" }, Whole with { Port = 0 }, Whole with { Port = 65536 },
        ];
        Assert.All(unfit, member => Assert.Null(ClusterMember.TryRead(ToJson(member))));
    }

    private static string ToJson(ClusterMember member) => JsonSerializer.Serialize(member, ClusterMemberJson.Default.ClusterMember);
}
