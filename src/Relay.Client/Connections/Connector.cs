using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Authentication;
using Relay.Client.Dialing;
using Relay.Client.Tls;
using Relay.Protocol.Keys;

namespace Relay.Client.Connections;

/// <summary>Connects within one deadline, raw or over WebSocket, and turns whatever goes wrong into one line.</summary>
internal sealed class Connector(RelayEndpoint endpoint, RelayClientOptions options)
{
    /// <summary>What a finished attempt leaves.</summary>
    internal sealed record Connected(Handshake.Result Handshake, RelayTarget Target, RelayTlsInfo? Tls, EndPoint? Remote, ConnectTimings Timings);

    // Of the connection that is being made, from its TLS handshake on: what failed after it should still tell of it.
    private RelayTlsInfo? _tls;

    public async Task<Connected> ConnectAsync(Stream? given, CancellationToken cancellation)
    {
        var clock = new PhaseClock(options.TimeProvider);
        using var limit = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return options.Transport != RelayTransport.Auto || given is not null
                ? await TryAsync(given, options.Transport == RelayTransport.WebSocket, clock, linked.Token).ConfigureAwait(false)
                : await AutoAsync(clock, linked.Token).ConfigureAwait(false);
        }
        catch (RelayException e)
        {
            e.Tls ??= _tls;
            throw;
        }
        catch (Exception e) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested
            && e is OperationCanceledException or ObjectDisposedException)
        {
            throw new RelayException(RelayError.Timeout,
                $"no connection to {endpoint} within {RelayText.Seconds(options.ConnectTimeout)}; time ran out while {clock.Phase}")
            {
                Tls = _tls,
            };
        }
        catch (Exception e) when (e is IOException or SocketException or WebSocketException or AuthenticationException or CryptographicException)
        {
            throw new RelayException(RelayError.Closed,
                $"the connection to {endpoint} broke while {clock.Phase}: {RelayText.Printable(e.Message, 200)}", e)
            {
                Tls = _tls,
            };
        }
    }

    private async Task<Connected> AutoAsync(PhaseClock clock, CancellationToken cancellation)
    {
        try
        {
            return await TryAsync(null, webSocket: false, clock, cancellation).ConfigureAwait(false);
        }
        catch (RelayException raw) when (raw.Error is RelayError.HttpStatus or RelayError.Upgrade)
        {
            try
            {
                return await TryAsync(null, webSocket: true, clock, cancellation).ConfigureAwait(false);
            }
            catch (RelayException e) when (e.Error is RelayError.HttpStatus or RelayError.Upgrade)
            {
                // Neither works: the raw attempt's answer is the one that tells what is there.
                throw raw;
            }
        }
    }

    private async Task<Connected> TryAsync(Stream? given, bool webSocket, PhaseClock clock, CancellationToken cancellation)
    {
        var target = endpoint.Targets[0];
        EndPoint? remote = null;
        if (given is null) (given, target, remote) = await Dialer.DialAsync(endpoint, options, clock, cancellation).ConfigureAwait(false);

        var stream = given;
        _tls = null;
        try
        {
            if (target.UseTls)
            {
                clock.Begin($"securing the connection to {target.Name}");
                (stream, _tls) = await TlsClient.SecureAsync(given, target, options, cancellation).ConfigureAwait(false);
                clock.Timings = clock.Timings with { Tls = clock.Elapsed };
            }

            // Below TLS 1.3 anybody on the way could have seen, or made, the meta certificate (spec/derp.md 4.3).
            NodeKey? metaKey = _tls?.Protocol >= SslProtocols.Tls13 ? _tls.MetaKey : null;
            var result = await new Handshake(target, options, clock).RunAsync(stream, metaKey, webSocket, cancellation).ConfigureAwait(false);
            return new Connected(result, target, _tls, remote, clock.Timings);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
