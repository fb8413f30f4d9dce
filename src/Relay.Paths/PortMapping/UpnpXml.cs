using System.Xml;
using System.Xml.Linq;

namespace Relay.Paths.PortMapping;

/// <summary>XML of a device on the local network, which may be anything: no types, no entities, nothing fetched, nothing large.</summary>
internal static class UpnpXml
{
    internal const int MaxBytes = 128 * 1024;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxBytes,
    };

    /// <summary>Null for what is not well-formed, or too large.</summary>
    internal static XDocument? Load(Stream stream)
    {
        try
        {
            using var reader = XmlReader.Create(stream, Settings);
            return XDocument.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
