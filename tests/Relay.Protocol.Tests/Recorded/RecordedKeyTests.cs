using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Protocol.Tests.Recorded;

public sealed class RecordedKeyTests
{
    [Fact]
    public void EveryKey_HasTheReferencesTextForms()
    {
        var recording = new Recording();
        Assert.Equal(18, recording.Keys.Count());
        foreach (var (name, key) in recording.Keys)
        {
            using var secret = NodePrivateKey.TryParse(key.Text("privText"));
            Assert.True(secret is not null, name);
            Assert.Equal(key.Text("privText"), secret.RevealText());
            Assert.Equal("privkey:" + key.Text("private"), secret.RevealText());
            Assert.Equal(key.Text("public"), secret.Public.ToHex());
            Assert.Equal(key.Text("pubText"), secret.Public.ToText());
            Assert.Equal(key.Text("short"), secret.Public.ToString());
            Assert.True(NodeKey.TryParse(key.Text("pubText"), out var read) && read == secret.Public, name);
            Assert.Equal(Convert.ToBase64String(key.Hex("public")), secret.Public.ToWireGuard());
        }
    }

    [Fact]
    public void MeshKey_Parses()
    {
        var hex = new Recording().MeshKey;
        Assert.Equal(hex, MeshKey.TryParse(hex)?.RevealHex());
    }
}
