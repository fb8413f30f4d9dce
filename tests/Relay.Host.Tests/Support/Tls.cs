using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Relay.Host.Tests.Support;

/// <summary>One TLS handshake over loopback, server and client of the runtime.</summary>
internal static class Tls
{
    /// <summary>The certificates that the client was sent, leaf first, as DER.</summary>
    internal static async Task<IReadOnlyList<byte[]>> ShakeAsync(SslStreamCertificateContext context, SslProtocols protocol)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, deadline.Token);
        using var accepted = await listener.AcceptTcpClientAsync(deadline.Token);
        await using var server = new SslStream(accepted.GetStream());
        var sent = new List<byte[]>();
        await using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, _, chain, _) =>
        {
            // Before any chain is built, this holds what came over the wire.
            sent.AddRange(chain!.ChainPolicy.ExtraStore.Select(c => c.RawData));
            return true;
        });
        await Task.WhenAll(
            server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = context }, deadline.Token),
            stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "relay", EnabledSslProtocols = protocol, CertificateRevocationCheckMode = X509RevocationMode.NoCheck },
                deadline.Token));
        Assert.Equal(protocol, stream.SslProtocol);
        return sent;
    }
}
