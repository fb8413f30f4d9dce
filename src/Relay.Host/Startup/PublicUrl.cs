using System.Net.Sockets;
using Relay.Host.Configuration;

namespace Relay.Host.Startup;

/// <summary>The URL by which clients find this relay.</summary>
internal static class PublicUrl
{
    /// <param name="options">The relay's name, and how TLS is done.</param>
    /// <param name="port">The port that it listens on.</param>
    internal static string Of(RelaydOptions options, int port) =>
        // Where TLS ends in front of this process, clients meet that at the usual port.
        options is { Tls: TlsMode.Off, Dev: false } ? Of(options, plain: false, 443) : Of(options, options.Tls == TlsMode.Off, port);

    internal static string Of(RelaydOptions options, bool plain, int port)
    {
        var (scheme, usual) = plain ? ("http", 80) : ("https", 443);
        var host = options.HostAddress is { AddressFamily: AddressFamily.InterNetworkV6 } ? $"[{options.HostName}]" : options.HostName;
        return port == usual ? $"{scheme}://{host}" : $"{scheme}://{host}:{port}";
    }
}
