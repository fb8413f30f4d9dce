using System.Net;
using Relay.Host.Commands;
using Relay.Host.Startup;
using Relay.Host.Tests.Support;
using Relay.Protocol.Keys;

namespace Relay.Host.Tests.Startup;

public sealed class BannerTests
{
    private static readonly NodeKey Key = NodeKey.TryParse("nodekey:" + new string('a', 64), out var key) ? key : default;

    [Fact]
    public void WithoutACertificateYet_SaysWhoIsAskedForIt()
    {
        var bound = new BoundEndPoints([IPEndPoint.Parse("127.0.0.1:3340")], null, [], IPEndPoint.Parse("127.0.0.1:9090"));

        var text = Banner.Make(Bind.Options("--dev", "--tls", "acme", "--cert-dir", "/x"), bound, Key, null, colours: false, awaited: "ca.example.com");

        Assert.Contains("  TLS        no certificate yet: asked for at ca.example.com; clients can connect once it is there", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Dev_ShowsWhereItIsAndWhatToDoNext()
    {
        var bound = new BoundEndPoints([IPEndPoint.Parse("127.0.0.1:3340")], null, [IPEndPoint.Parse("127.0.0.1:3478")], IPEndPoint.Parse("127.0.0.1:9090"));

        var text = Banner.Make(Bind.Options("--dev"), bound, Key, pin: null, colours: false);

        Assert.Equal(
            $$"""
            relayd {{BuildVersion.Short}} is up, local and throw-away (--dev)

              DERP       http://127.0.0.1:3340/derp
              STUN       127.0.0.1:3478 (UDP)
              admin      http://127.0.0.1:9090/metrics
              public key nodekey:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
              admission  open: anybody may use this relay

            DERP map for clients:
            {
              "Regions": {
                "900": {
                  "RegionID": 900,
                  "RegionCode": "r900",
                  "RegionName": "relayd (dev)",
                  "Nodes": [
                    {
                      "Name": "test-machine",
                      "RegionID": 900,
                      "HostName": "127.0.0.1",
                      "IPv4": "127.0.0.1",
                      "IPv6": "none",
                      "STUNPort": 3478,
                      "DERPPort": 3340
                    }
                  ]
                }
              }
            }

            Try it:
              dotnet run --project src/Relay.Agent -- ping --relay http://127.0.0.1:3340

            This is plain HTTP. Tailscale clients speak TLS only: start with --tls self-signed for them.

            """.ReplaceLineEndings(),
            text.ReplaceLineEndings());
    }

    [Fact]
    public void Ports_AreThoseThatWereBound()
    {
        var bound = new BoundEndPoints([IPEndPoint.Parse("127.0.0.1:40001")], null, [], IPEndPoint.Parse("127.0.0.1:40002"));

        var text = Banner.Make(Bind.Options("--dev", "--listen", "127.0.0.1:0", "--stun-listen", "off"), bound, Key, null, false);

        Assert.Contains("http://127.0.0.1:40001/derp", text, StringComparison.Ordinal);
        Assert.Contains("STUN       off", text, StringComparison.Ordinal);
        Assert.Contains("\"STUNPort\": -1", text, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:40002/metrics", text, StringComparison.Ordinal);
        Assert.EndsWith("ping --relay http://127.0.0.1:40001", Command(text), StringComparison.Ordinal);
    }

    [Fact]
    public void SelfSigned_ShowsThePin_AndPutsItIntoTheMap()
    {
        var bound = new BoundEndPoints([IPEndPoint.Parse("[::]:8443")], IPEndPoint.Parse("[::]:80"), [], IPEndPoint.Parse("127.0.0.1:9090"));
        var options = Bind.Options("--hostname", "2001:db8::7", "--admit", "open", "--tls", "self-signed");

        var text = Banner.Make(options, bound, Key, "sha256-raw:00ff", false);

        Assert.Contains(" is up as 2001:db8::7", text, StringComparison.Ordinal);
        Assert.Contains("https://[2001:db8::7]:8443/derp (on [::]:8443)", text, StringComparison.Ordinal);
        Assert.Contains("pin        sha256-raw:00ff", text, StringComparison.Ordinal);
        Assert.Contains("\"CertName\": \"sha256-raw:00ff\"", text, StringComparison.Ordinal);
        Assert.Contains("\"IPv4\": \"none\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("CanPort80", text, StringComparison.Ordinal);
        Assert.EndsWith(" --pin sha256-raw:00ff", Command(text), StringComparison.Ordinal);
    }

    [Fact]
    public void TlsThatEndsElsewhere_PutsTheUsualPortIntoTheMap()
    {
        var bound = new BoundEndPoints([IPEndPoint.Parse("127.0.0.1:8080")], null, [], IPEndPoint.Parse("127.0.0.1:9090"));
        var options = Bind.Options("--hostname", "relay.example.com", "--admit", "open", "--tls", "off", "--listen", "127.0.0.1:8080");

        var node = PrintedMap.Make(options, bound, null).Regions[900].Nodes[0];
        var text = Banner.Make(options, bound, Key, null, false);

        Assert.Equal((443, null, null, null), (node.DERPPort, node.IPv4, node.IPv6, node.CertName));
        Assert.Equal("relay ping --relay https://relay.example.com", Command(text));
    }

    [Fact]
    public void Map_OfAnIPv4RelayWithPort80_SaysSo()
    {
        var bound = new BoundEndPoints([IPEndPoint.Parse("0.0.0.0:443")], IPEndPoint.Parse("0.0.0.0:80"), [], IPEndPoint.Parse("127.0.0.1:9090"));
        var options = Bind.Options("--hostname", "192.0.2.7", "--admit", "open", "--node", "900a", "--region", "901");

        var region = PrintedMap.Make(options, bound, null).Regions[901];

        Assert.Equal((901, "r901", "192.0.2.7"), (region.RegionID, region.RegionCode, region.RegionName));
        Assert.True(region.Nodes[0].CanPort80);
        Assert.Equal(("900a", 901, "192.0.2.7", "none"), (region.Nodes[0].Name, region.Nodes[0].RegionID, region.Nodes[0].IPv4, region.Nodes[0].IPv6));
    }

    [Fact]
    public void Colours_AreTheOnlyDifference()
    {
        var bound = new BoundEndPoints([IPEndPoint.Parse("127.0.0.1:3340")], null, [], IPEndPoint.Parse("127.0.0.1:9090"));
        var plain = Banner.Make(Bind.Options("--dev"), bound, Key, null, colours: false);
        var coloured = Banner.Make(Bind.Options("--dev"), bound, Key, null, colours: true);

        Assert.DoesNotContain('\e', plain);
        Assert.Contains('\e', coloured);
        Assert.Equal(plain, System.Text.RegularExpressions.Regex.Replace(coloured, "\e\\[[0-9]*m", ""));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false, "NO_COLOR", "1")]
    [InlineData(true, "NO_COLOR", "")]
    [InlineData(false, "TERM", "dumb")]
    public void WantsColours_RespectsTheEnvironment(bool wanted, params string[] variable) =>
        Assert.Equal(wanted, RelaydEnvironment.WantsColours(variable.Chunk(2).ToDictionary(v => v[0], v => v[1])));

    private static string Command(string banner) =>
        banner.Split(Environment.NewLine).Single(l => l.Contains(" ping ", StringComparison.Ordinal)).Trim();
}
