using System.Net;

namespace Relay.Host.Configuration.Formats;

/// <summary>Networks in CIDR form; a lone address is a network of one.</summary>
internal static class NetworkFormat
{
    internal static IPNetwork Parse(string text)
    {
        if (text.Contains('/', StringComparison.Ordinal) && IPNetwork.TryParse(text, out var network)) return network;
        if (NameFormat.AddressOf(text) is { } address) return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        throw new FormatException("expected CIDR such as 10.0.0.0/8 or 2001:db8::/32, without host bits");
    }
}
