using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;

namespace Relay.Paths.PortMapping;

/// <summary>Calls of UPnP: SOAP over HTTP, one envelope there and one back.</summary>
internal static class UpnpAction
{
    private static readonly XNamespace Envelope = "http://schemas.xmlsoap.org/soap/envelope/";

    /// <summary>The call of an action with its arguments in their order, which some routers insist on.</summary>
    internal static HttpRequestMessage Make(UpnpService service, string action, params (string Name, string Value)[] arguments)
    {
        XNamespace kind = service.Kind;
        var body = new XElement(Envelope + "Envelope",
            new XAttribute(XNamespace.Xmlns + "s", Envelope),
            new XAttribute(Envelope + "encodingStyle", "http://schemas.xmlsoap.org/soap/encoding/"),
            new XElement(Envelope + "Body",
                new XElement(kind + action, new XAttribute(XNamespace.Xmlns + "u", kind), arguments.Select(a => new XElement(a.Name, a.Value)))));
        var text = "<?xml version=\"1.0\"?>\n" + body.ToString(SaveOptions.DisableFormatting);
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/xml", "utf-8");
        var request = new HttpRequestMessage(HttpMethod.Post, service.Control) { Content = content };
        request.Headers.TryAddWithoutValidation("SOAPAction", $"\"{service.Kind}#{action}\"");
        return request;
    }

    /// <summary>Reads what came back; null when it is no answer of this kind.</summary>
    internal static UpnpAnswer? Read(Stream xml)
    {
        if (UpnpXml.Load(xml) is not { } document) return null;
        var error = document.Descendants().FirstOrDefault(e => e.Name.LocalName == "errorCode")?.Value.Trim();
        var values = new Dictionary<string, string>();
        if (error is not null) return new UpnpAnswer(int.TryParse(error, out var code) && code > 0 ? code : UpnpAnswer.AnyError, values);
        foreach (var element in document.Descendants().Where(e => !e.HasElements).Take(64)) values[element.Name.LocalName] = element.Value.Trim();
        return new UpnpAnswer(0, values);
    }
}

/// <summary>The answer to an action.</summary>
/// <param name="Error">0 for success, else UPnP's code.</param>
/// <param name="Values">What it returned, by name.</param>
internal sealed record UpnpAnswer(int Error, IReadOnlyDictionary<string, string> Values)
{
    internal const int AnyError = 501;

    internal const int InvalidArguments = 402;
    internal const int Conflict = 718;
    internal const int OnlyPermanentLeases = 725;
}
