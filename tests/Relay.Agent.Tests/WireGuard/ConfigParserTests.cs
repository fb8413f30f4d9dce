using Relay.Agent.Commands;
using Relay.Agent.WireGuard;
using Relay.Protocol.Keys;

namespace Relay.Agent.Tests.WireGuard;

public sealed class ConfigParserTests
{
    private const string Private = "YAnz5TF+lXXJte14tji3zlMNftkL7VlPqvYZFUNVMHM=";
    private const string One = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
    private const string Two = "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=";

    private static readonly string Self = NodePrivateKey.TryParse(Private)!.Public.ToWireGuard();

    [Fact]
    public void Parse_OfAWholeFile_TakesWhatTheAgentNeeds()
    {
        var config = ConfigParser.Parse($"""
            # home
            [interface]
            PrivateKey = {Private}   # secret
            listenport=51820
            Address = 10.0.0.1/24, fd00::1/64
            Address = 10.0.1.1
            DNS = 1.1.1.1, example.com
            MTU = 1380
            Table = off
            FwMark = 0xca6c
            PostUp = iptables -A FORWARD -i %i -j ACCEPT; echo a=b
            SaveConfig = false

            [Peer]
            PublicKey = {One}
            PresharedKey = {Two}
            AllowedIPs = 10.0.0.2/32, fd00::2/128
            Endpoint = [2001:db8::1]:51820
            PersistentKeepalive = 25
            [Peer]
            PublicKey = {Two}
            Endpoint = example.com:1
            PersistentKeepalive = off
            """.ReplaceLineEndings("\r\n"), "wg0.conf");

        Assert.Equal(Self, config.PrivateKey!.Public.ToWireGuard());
        Assert.Equal(51820, config.ListenPort);
        Assert.Equal(1380, config.Mtu);
        Assert.Equal([One, Two], config.Peers.Select(p => p.ToWireGuard()));
    }

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "", "1:1", "no [Interface]" },
        { "[Peer]\nPublicKey = " + One, "1:1", "no [Interface]" },
        { "ListenPort = 1", "1:1", "before any section" },
        { "[Interface]\n[Server]", "2:1", "[Server] is no section" },
        { "[Interface]\n  [Peer", "2:7", "does not end in ]" },
        { "[Interface]\n[Interface]", "2:1", "second [Interface]; the first is on line 1" },
        { "[Interface]\nListenPort 51820", "2:1", "has no =" },
        { "[Interface]\n = 5", "2:2", "no name" },
        { "[Interface]\nListenPort =   # none", "2:13", "has no value" },
        { "[Interface]\nListenPrt = 5", "2:1", "has no ListenPrt; one of PrivateKey, ListenPort" },
        { "[Interface]\n  PublicKey = " + One, "2:3", "setting of [Peer]" },
        { "[Interface]\n[Peer]\nListenPort = 5", "3:1", "setting of [Interface]" },
        { "[Interface]\nPrivateKey = abc", "2:14", "no private key" },
        { "[Interface]\nPrivateKey = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "2:14", "no private key" },
        { "[Interface]\nPrivateKey = privkey:" + new string('1', 64), "2:14", "no private key" },
        { $"[Interface]\nPrivateKey = {Private}\nPrivateKey = {Private}", "3:1", "given twice; the first is on line 2" },
        { "[Interface]\nListenPort = 65536", "2:14", "0 to 65535" },
        { "[Interface]\nListenPort =\t-1", "2:14", "0 to 65535" },
        { "[Interface]\nMTU = 100", "2:7", "576 to 65535" },
        { "[Interface]\nMTU = big", "2:7", "576 to 65535" },
        { "[Interface]\nAddress = 10.0.0.1/24, 10.0.0.300", "2:24", "\"10.0.0.300\" is no IP address" },
        { "[Interface]\nAddress = 10.1", "2:11", "is no IP address" },
        { "[Interface]\nAddress = 10.0.0.1/33", "2:20", "0 to 32" },
        { "[Interface]\nAddress = ,", "2:11", "is no IP address" },
        { "[Interface]\nFwMark = blue", "2:10", "number of 32 bits" },
        { "[Interface]\nTable = mine", "2:9", "auto, off" },
        { "[Interface]\nSaveConfig = yes", "2:14", "true or false" },
        { "[Interface]\n[Peer]\n[Peer]\nPublicKey = " + One, "2:1", "no PublicKey" },
        { "[Interface]\n[Peer]", "2:1", "no PublicKey" },
        { "[Interface]\n[Peer]\nPublicKey = nodekey:12", "3:13", "is no key" },
        { "[Interface]\n[Peer]\nPublicKey = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "3:13", "all zero" },
        { $"[Interface]\n[Peer]\nPublicKey = {One}\n[Peer]\nPublicKey = {One}", "5:13", "on line 3 already" },
        { $"[Interface]\nPrivateKey = {Private}\n[Peer]\nPublicKey = {Self}", "4:13", "the interface itself" },
        { $"[Interface]\n[Peer]\nPublicKey = {One}\nPresharedKey = x", "4:16", "PresharedKey is no key" },
        { $"[Interface]\n[Peer]\nPublicKey = {One}\nAllowedIPs = fd00::/129", "4:21", "0 to 128" },
        { $"[Interface]\n[Peer]\nPublicKey = {One}\nAllowedIPs = 10.0.0.0/8,  all", "4:27", "\"all\" is no IP address" },
        { $"[Interface]\n[Peer]\nPublicKey = {One}\nEndpoint = example.com", "4:12", "has no port" },
        { $"[Interface]\n[Peer]\nPublicKey = {One}\nEndpoint = example.com:http", "4:24", "\"http\" is no port" },
        { $"[Interface]\n[Peer]\nPublicKey = {One}\nEndpoint = 2001:db8::1:51820", "4:12", "without brackets" },
        { $"[Interface]\n[Peer]\nPublicKey = {One}\nEndpoint = ex ample:1", "4:12", "is no host" },
        { $"[Interface]\n[Peer]\nPublicKey = {One}\nPersistentKeepalive = often", "4:23", "0 to 65535" },
        { "[Interface]\nListen\0Port = 1", "2:7", "zero byte" },
        { "[Interface]\nPostUp = " + new string('x', 9000), "2:8193", "longer than" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Parse_OfAMistake_NamesFileLineColumnAndWhatIsRight(string text, string place, string says)
    {
        var error = Assert.Throws<CommandException>(() => ConfigParser.Parse(text, "wg0.conf"));
        Assert.StartsWith($"wg0.conf:{place}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Config, error.Code);
        Assert.DoesNotContain(Private, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfDamagedFiles_NeverThrowsAnythingElse()
    {
        var whole = $"[Interface]\nPrivateKey = {Private}\nAddress = 10.0.0.1/24\nFwMark=0x1\n[Peer]\nPublicKey = {One}\nEndpoint = [::1]:5\nAllowedIPs = ::/0\n";
        var random = new Random(1);
        for (var i = 0; i < 5000; i++)
        {
            var text = whole.ToCharArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--) text[random.Next(text.Length)] = "[]=#:/,.\n \0aZ9é"[random.Next(15)];
            try
            {
                ConfigParser.Parse(new string(text), "f");
            }
            catch (CommandException e)
            {
                Assert.Matches(@"^f:\d+:\d+: ", e.Message);
            }
        }
    }
}
