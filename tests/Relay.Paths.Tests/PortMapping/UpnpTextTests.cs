using System.Net;
using System.Text;
using Relay.Paths.PortMapping;

namespace Relay.Paths.Tests.PortMapping;

/// <summary>Texts of devices on the local network: what they may lead us to, and what they may not.</summary>
public sealed class UpnpTextTests
{
    private const string Gateway = "urn:schemas-upnp-org:device:InternetGatewayDevice:1";
    private const string Connection = "urn:schemas-upnp-org:service:WANIPConnection:";

    private static readonly IPAddress Router = IPAddress.Parse("10.21.0.1");
    private static readonly Uri Location = new("http://10.21.0.1:5000/root.xml");

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nST: " + Gateway + "\r\nLOCATION: http://10.21.0.1:5000/root.xml\r\n\r\n", "http://10.21.0.1:5000/root.xml")]
    [InlineData("HTTP/1.1 200 OK\nst:" + Gateway + "\nlocation:http://10.21.0.1:5000/root.xml", "http://10.21.0.1:5000/root.xml")]
    [InlineData("HTTP/1.1 200 OK\r\nST: " + Gateway + "\r\nLOCATION: http://198.51.100.9:5000/a?b\r\n\r\n", "http://10.21.0.1:5000/a?b")]
    [InlineData("HTTP/1.1 200 OK\r\nST: " + Gateway + "\r\nLOCATION: https://10.21.0.1/\r\n\r\n", null)]
    [InlineData("HTTP/1.1 200 OK\r\nST: " + Gateway + "\r\nLOCATION: file:///etc/passwd\r\n\r\n", null)]
    [InlineData("HTTP/1.1 200 OK\r\nST: " + Gateway + "\r\nLOCATION: http://user:secret@10.21.0.1/\r\n\r\n", null)]
    [InlineData("HTTP/1.1 200 OK\r\nST: " + Gateway + "\r\n\r\n", null)]
    [InlineData("HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: a printer\r\nLOCATION: http://10.21.0.1/\r\n\r\n", null)]
    [InlineData("NOTIFY * HTTP/1.1\r\nNT: " + Gateway + "\r\nLOCATION: http://10.21.0.1/\r\n\r\n", null)]
    [InlineData("", null)]
    public void Search_LeadsOnlyToTheRouterItself(string answer, string? location) =>
        Assert.Equal(location, SsdpMessages.ReadLocation(Encoding.ASCII.GetBytes(answer), Router)?.ToString());

    [Fact]
    public void Search_AnswerThatIsTooLong_IsNone() => Assert.Null(SsdpMessages.ReadLocation(
        Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nST: " + Gateway + "\r\nLOCATION: http://10.21.0.1/\r\nX: " + new string('x', 2048)), Router));

    [Fact]
    public void Description_GivesTheBestServiceFirst()
    {
        var services = Read(Service(Connection + "1", "/one") + Service("urn:x", "/x") + Service(Connection + "2", "http://198.51.100.9/two"));
        Assert.Equal(
            [(Connection + "2", "http://10.21.0.1/two", true), (Connection + "1", "http://10.21.0.1:5000/one", false)],
            services.Select(s => (s.Kind, s.Control.ToString(), s.IsVersion2)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<a")]
    [InlineData("not xml at all")]
    [InlineData("<!DOCTYPE a [<!ENTITY x \"xxxxxxxxxx\"><!ENTITY y \"&x;&x;&x;&x;\">]><a>&y;</a>")]
    [InlineData("<!DOCTYPE a SYSTEM \"http://198.51.100.9/evil.dtd\"><a/>")]
    [InlineData("<root><service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType></service></root>")]
    public void Description_ThatIsNone_HasNoServices(string xml) => Assert.Empty(UpnpDescription.Read(Stream(xml), Location, Router));

    [Fact]
    public void Description_ThatIsTooLarge_HasNoServices() =>
        Assert.Empty(Read(Service(Connection + "1", "/one") + $"<x>{new string('x', 200_000)}</x>"));

    [Fact]
    public void Description_NestedAsDeepAsItMay_HasNoServices() =>
        Assert.Empty(Read(string.Concat(Enumerable.Repeat("<a>", 15_000)) + string.Concat(Enumerable.Repeat("</a>", 15_000))));

    [Fact]
    public async Task Action_IsAnEnvelopeWithItsArgumentsInOrder()
    {
        using var request = UpnpAction.Make(new UpnpService(Connection + "1", Location), "DeletePortMapping", ("NewRemoteHost", ""), ("NewProtocol", "<&>"));
        Assert.Equal($"\"{Connection}1#DeletePortMapping\"", Assert.Single(request.Headers.GetValues("SOAPAction")));
        Assert.Equal(
            "<?xml version=\"1.0\"?>\n<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" "
            + "s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body>"
            + $"<u:DeletePortMapping xmlns:u=\"{Connection}1\"><NewRemoteHost></NewRemoteHost><NewProtocol>&lt;&amp;&gt;</NewProtocol>"
            + "</u:DeletePortMapping></s:Body></s:Envelope>",
            (await request.Content!.ReadAsStringAsync()).Replace(" />", "></NewRemoteHost>", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<e><NewExternalIPAddress>11.0.0.21</NewExternalIPAddress></e>", 0, "11.0.0.21")]
    [InlineData("<e><UPnPError><errorCode> 718 </errorCode></UPnPError></e>", 718, null)]
    [InlineData("<e><errorCode>minus one</errorCode></e>", 501, null)]
    [InlineData("<e><errorCode>0</errorCode></e>", 501, null)]
    public void Answer_HasValuesOrAnError(string xml, int error, string? address)
    {
        var answer = UpnpAction.Read(Stream(xml))!;
        Assert.Equal((error, address), (answer.Error, answer.Values.GetValueOrDefault("NewExternalIPAddress")));
    }

    [Fact]
    public void Answer_ThatIsNoXml_IsNone() => Assert.Null(UpnpAction.Read(Stream("<html><body>It works!")));

    private static IReadOnlyList<UpnpService> Read(string services) => UpnpDescription.Read(
        Stream($"<root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device><serviceList>{services}</serviceList></device></root>"), Location, Router);

    private static string Service(string kind, string control) =>
        $"<service><serviceType>{kind}</serviceType><controlURL>{control}</controlURL></service>";

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));
}
