using System.Net;

namespace Relay.Acme.Messages;

/// <summary>What a certificate is for: a DNS name, or an address (RFC 8738).</summary>
/// <param name="Type"><c>dns</c> or <c>ip</c>.</param>
/// <param name="Value">The name or the address.</param>
internal sealed record Identifier(string Type, string Value)
{
    public static Identifier Of(string host) =>
        IPAddress.TryParse(host, out var address) ? new("ip", address.ToString()) : new("dns", host);
}
