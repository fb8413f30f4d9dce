using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Relay.Server.Transport;

namespace Relay.Server.Acme;

/// <summary>
/// TLS-ALPN-01 (RFC 8737): tells handshakes of an authority from all others, and answers them. SslStream chooses the
/// certificate without knowing the protocol, so while a challenge is open the ClientHello is looked at before it is.
/// </summary>
internal sealed class AcmeHandshake(IAcmeChallenges challenges, TimeProvider time)
{
    // One record, which is what a ClientHello of any sense fits in.
    private const int MostPeeked = 5 + 16 * 1024;

    // What is missing of a ClientHello is under way. A peek cannot be waited for: there is something to read already.
    private static readonly TimeSpan PeekAgain = TimeSpan.FromMilliseconds(20);

    private static readonly SslApplicationProtocol Protocol = new("acme-tls/1");

    /// <summary>Whether an authority is asking. Nothing is read; waits at most until <paramref name="cancellation"/>.</summary>
    public async ValueTask<bool> IsAskedAsync(SocketStream socket, CancellationToken cancellation)
    {
        if (!challenges.AnyForTls) return false;
        var hello = new byte[2048];
        while (true)
        {
            var seen = socket.Socket.Receive(hello, SocketFlags.Peek);
            switch (ClientHello.Offers(hello.AsSpan(0, seen), Protocol.Protocol.Span))
            {
                case HelloVerdict.Offered: return true;
                case HelloVerdict.NotOffered: return false;
            }

            if (seen < hello.Length) await Task.Delay(PeekAgain, time, cancellation).ConfigureAwait(false);
            else if (hello.Length < MostPeeked) hello = new byte[MostPeeked];
            else return false;
        }
    }

    /// <summary>The options for the authority's handshake; null when the name is none that is open.</summary>
    public SslServerAuthenticationOptions? For(string serverName) => challenges.ForTls(serverName) is { } certificate
        ? new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [Protocol],
            ClientCertificateRequired = false,
        }
        : null;
}
