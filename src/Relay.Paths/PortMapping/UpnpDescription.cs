using System.Net;
using System.Xml.Linq;

namespace Relay.Paths.PortMapping;

/// <summary>What a gateway says of itself in XML: which of its services maps ports, and where it listens.</summary>
internal static class UpnpDescription
{
    /// <summary>Services that map ports, the best first.</summary>
    private static readonly string[] Kinds =
    [
        "urn:schemas-upnp-org:service:WANIPConnection:2",
        "urn:schemas-upnp-org:service:WANIPConnection:1",
        "urn:schemas-upnp-org:service:WANPPPConnection:1",
    ];

    /// <summary>The services that map ports, the best first; empty when there is none, or the text is no description.</summary>
    internal static IReadOnlyList<UpnpService> Read(Stream xml, Uri location, IPAddress router)
    {
        if (UpnpXml.Load(xml) is not { } document) return [];
        var found = new List<UpnpService>();
        foreach (var service in document.Descendants().Where(e => e.Name.LocalName == "service"))
        {
            var kind = Text(service, "serviceType");
            if (!Kinds.Contains(kind) || RouterUri.Make(Text(service, "controlURL"), location, router) is not { } control) continue;
            found.Add(new UpnpService(kind, control));
        }

        return [.. found.OrderBy(s => Array.IndexOf(Kinds, s.Kind)).Take(4)];
    }

    private static string Text(XElement parent, string name) =>
        parent.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value.Trim() ?? "";
}

/// <summary>A service that maps ports.</summary>
/// <param name="Kind">Its URN.</param>
/// <param name="Control">Where it is told what to do.</param>
internal sealed record UpnpService(string Kind, Uri Control)
{
    /// <summary>It can choose a port by itself.</summary>
    internal bool IsVersion2 => Kind.EndsWith(":2", StringComparison.Ordinal);
}
