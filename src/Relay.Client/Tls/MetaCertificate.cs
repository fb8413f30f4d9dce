using System.Security.Cryptography.X509Certificates;
using Relay.Protocol.Keys;

namespace Relay.Client.Tls;

/// <summary>The certificate that carries the relay's DERP key in the TLS handshake (spec/derp.md 4.3). Only its name and serial count.</summary>
internal static class MetaCertificate
{
    private const string Prefix = "derpkey", CommonName = "2.5.4.3";

    /// <summary>Named as one, whether it can be used or not.</summary>
    public static bool IsNamedAsOne(X509Certificate2 certificate) => Name(certificate).StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The key of the first usable one; null when there is none, or when it says zero as key or version.</summary>
    public static NodeKey? FindKey(IEnumerable<X509Certificate2> presented)
    {
        foreach (var certificate in presented)
        {
            var name = Name(certificate);
            if (!name.StartsWith(Prefix, StringComparison.Ordinal) || !NodeKey.TryParseHex(name.AsSpan(Prefix.Length), out var key)) continue;
            var serial = certificate.SerialNumberBytes.Span.TrimStart((byte)0);
            if (serial.Length > 1) continue;
            return key.IsZero || serial.IsEmpty ? null : key;
        }

        return null;
    }

    private static string Name(X509Certificate2 certificate)
    {
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (!part.HasMultipleElements && part.GetSingleElementType().Value == CommonName) return part.GetSingleElementValue() ?? "";
        }

        return "";
    }
}
