using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Relay.Acme.Challenges;

internal static class SubjectNames
{
    /// <summary>The extension with the one name or address of a certificate.</summary>
    public static X509Extension Of(string host)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
        else names.AddDnsName(host);
        return names.Build(critical: false);
    }
}
