using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Relay.Server.Acme;
using Relay.Server.Http;

namespace Relay.Server.Transport.Tls;

/// <summary>Does TLS straight on the socket, and puts the TLS stream in force for all that follows.</summary>
internal sealed class TlsConnectionMiddleware(
    ConnectionDelegate next, TlsOptions options, TlsCounters counters, TimeProvider time, ILogger<TlsConnectionMiddleware> logger)
{
    private const byte HandshakeRecord = 0x16;

    private static readonly byte[] PlainHttpAnswer = PlainAnswer.Close("400 Bad Request", "This port speaks HTTPS: use https.\n");

    private readonly Func<string, SslServerAuthenticationOptions?> _usual = new TlsServerOptions(options.Certificates).For;
    private readonly AcmeHandshake? _acme = options.Acme is { } challenges ? new AcmeHandshake(challenges, time) : null;

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        var socket = connection.Features.GetRequiredFeature<IRelayStreamFeature>().Socket;
        var tls = new SslStream(socket, leaveInnerStreamOpen: true);
        await using (tls.ConfigureAwait(false))
        {
            if (!await TryHandshakeAsync(connection, socket, tls).ConfigureAwait(false)) return;
            PutInForce(connection, new TlsFeature(tls, socket));
            await next(connection).ConfigureAwait(false);
            await CloseAsync(tls, socket).ConfigureAwait(false);
        }
    }

    private static void PutInForce(ConnectionContext connection, TlsFeature feature)
    {
        connection.Features.Set<ITlsConnectionFeature>(feature);
        connection.Features.Set<ITlsHandshakeFeature>(feature);
        connection.Features.Set<ITlsApplicationProtocolFeature>(feature);
        connection.Features.Set<IRelayStreamFeature>(feature);
        connection.Transport = new StreamDuplexPipe(
            feature.Stream, connection.Features.GetRequiredFeature<IMemoryPoolFeature>().MemoryPool, connection);
    }

    private async Task<bool> TryHandshakeAsync(ConnectionContext connection, SocketStream socket, SslStream tls)
    {
        var began = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(options.HandshakeTimeout, time);
        try
        {
            // Looking at the first byte before SslStream does costs one call, holds no buffer while the client is
            // silent, and tells those who speak plain HTTP here what is wrong.
            var first = new byte[1];
            if (await socket.PeekAsync(first, deadline.Token).ConfigureAwait(false) == 0) return Fail(connection, TlsFailure.Closed, "closed without a byte");
            if (first[0] != HandshakeRecord)
            {
                if (char.IsAsciiLetterUpper((char)first[0])) await socket.WriteAsync(PlainHttpAnswer, deadline.Token).ConfigureAwait(false);
                return Fail(connection, TlsFailure.NotTls, $"first byte 0x{first[0]:x2}");
            }

            var isAcme = _acme is not null && await _acme.IsAskedAsync(socket, deadline.Token).ConfigureAwait(false);
            await tls.AuthenticateAsServerAsync(SelectAsync, isAcme ? _acme!.For : _usual, deadline.Token).ConfigureAwait(false);
            counters.Complete(time.GetElapsedTime(began));

            // An authority wanted to see the certificate, and nothing else (RFC 8737 3).
            return !isAcme;
        }
        catch (Exception e)
        {
            return Fail(connection, Classify(e), e.Message);
        }
    }

    private static ValueTask<SslServerAuthenticationOptions> SelectAsync(
        SslStream stream, SslClientHelloInfo hello, object? state, CancellationToken cancellation) =>
        ((Func<string, SslServerAuthenticationOptions?>)state!)(hello.ServerName) is { } found
            ? new(found)
            : throw new UnknownNameException($"no certificate for \"{hello.ServerName}\"");

    private static TlsFailure Classify(Exception error) => error switch
    {
        OperationCanceledException => TlsFailure.Timeout,
        UnknownNameException or { InnerException: UnknownNameException } => TlsFailure.NoCertificate,
        IOException or SocketException or ObjectDisposedException => TlsFailure.Closed,

        // Besides AuthenticationException: SslStream has its own opinion of a ClientHello that it cannot read.
        _ => TlsFailure.Protocol,
    };

    private bool Fail(ConnectionContext connection, TlsFailure failure, string cause)
    {
        counters.Fail(failure);
        TransportLog.TlsFailed(logger, connection.RemoteEndPoint, failure, cause);
        return false;
    }

    private async Task CloseAsync(SslStream tls, SocketStream socket)
    {
        if (socket.Aborted) return;
        using var deadline = new CancellationTokenSource(options.CloseTimeout, time);
        using var cut = deadline.Token.UnsafeRegister(static socket => ((SocketStream)socket!).Abort(), socket);
        try
        {
            await tls.ShutdownAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The connection broke, or TLS has already ended; there is nobody to say goodbye to. Whatever it is called, from
            // IOException to OpenSSL's own, the client causes it, and may as often as it likes: it is worth no line in the log.
        }
    }

    private sealed class UnknownNameException(string message) : Exception(message);
}
