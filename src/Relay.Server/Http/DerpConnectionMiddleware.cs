using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Relay.Server.Connections;
using Relay.Server.Transport;
using Relay.Server.Transport.Proxies;

namespace Relay.Server.Http;

/// <summary>
/// Takes DERP connections over below the HTTP server, so that their frames meet neither its pipes nor its 101 response,
/// which a fast start must not get. Everything else goes on to the HTTP server with nothing consumed.
/// </summary>
internal sealed class DerpConnectionMiddleware(ConnectionDelegate next, IRelay relay, RelayHttpOptions options, TrustedProxies proxies, TimeProvider time)
{
    // Real heads have 200 bytes. A longer one may still upgrade: the HTTP server reads up to 32 KiB and starts slowly.
    private const int MaxHead = 16 * 1024;

    private static readonly byte[] Draining = PlainAnswer.Close("503 Service Unavailable", DerpSwitch.DrainingText);
    private static readonly byte[] TooSlow = PlainAnswer.Close("408 Request Timeout", "the request head took too long\n");

    private readonly byte[] _switch = DerpSwitch.Head(relay.PublicKey);

    private enum Outcome
    {
        Closed,
        TooSlow,
        Http,
        Derp,
    }

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        if (IsHttp2(connection))
        {
            await next(connection).ConfigureAwait(false);
            return;
        }

        var (outcome, head, received) = await ReadHeadAsync(connection.Transport.Input).ConfigureAwait(false);
        if (outcome == Outcome.Http)
        {
            await next(connection).ConfigureAwait(false);
            return;
        }

        // Gives the buffers back, and lets go of the reader itself: the stream stays open, and nobody reads it through pipes.
        await connection.Transport.Input.CompleteAsync().ConfigureAwait(false);
        var streams = connection.Features.GetRequiredFeature<IRelayStreamFeature>();
        connection.Transport = new StreamDuplexPipe(streams.Stream, connection.Features.GetRequiredFeature<IMemoryPoolFeature>().MemoryPool, connection);
        switch (outcome)
        {
            case Outcome.TooSlow:
                await AnswerAsync(streams, TooSlow).ConfigureAwait(false);
                break;
            case Outcome.Derp when relay.Draining:
                await AnswerAsync(streams, Draining).ConfigureAwait(false);
                break;
            case Outcome.Derp:
                await relay.ServeAsync(new RelayConnection
                {
                    Stream = streams.Stream,
                    Socket = streams.Socket,
                    Received = received,
                    Greeting = head.FastStart ? default(ReadOnlyMemory<byte>) : _switch,
                    RemoteEndPoint = proxies.ClientOf(connection.RemoteEndPoint as IPEndPoint, head.ForwardedFor),
                    Transport = TransportKind.Raw,
                    IdealNode = head.IdealNode,
                    Handshake = connection.Features.Get<IHandshakeFeature>(),
                    Abort = streams.Socket.Abort,
                }).ConfigureAwait(false);
                break;
        }
    }

    private static bool IsHttp2(ConnectionContext connection) =>
        connection.Features.Get<ITlsApplicationProtocolFeature>() is { } agreed &&
        agreed.ApplicationProtocol.Span.SequenceEqual(SslApplicationProtocol.Http2.Protocol.Span);

    private async ValueTask<(Outcome Outcome, DerpHead Head, byte[] Received)> ReadHeadAsync(PipeReader input)
    {
        var (partial, judged) = (false, 0L);
        using var deadline = new CancellationTokenSource(options.HeadTimeout, time);
        try
        {
            while (true)
            {
                var result = await input.ReadAsync(deadline.Token).ConfigureAwait(false);
                var buffer = result.Buffer;
                partial = !buffer.IsEmpty;

                // Only a line's end changes the verdict: a head that comes byte by byte is not judged byte by byte.
                var head = default(DerpHead);
                var verdict = buffer.Slice(judged).PositionOf((byte)'\n') is null ? DerpHeadVerdict.NeedMoreData : Judge(buffer, out head);
                judged = buffer.Length;
                switch (verdict)
                {
                    case DerpHeadVerdict.Derp:
                        var received = buffer.Slice(head.Length).ToArray();
                        input.AdvanceTo(buffer.End);
                        return (Outcome.Derp, head, received);
                    case DerpHeadVerdict.NeedMoreData when result.IsCompleted:
                        input.AdvanceTo(buffer.End);
                        return (Outcome.Closed, default, []);
                    case DerpHeadVerdict.NeedMoreData when buffer.Length < MaxHead:
                        input.AdvanceTo(buffer.Start, buffer.End);
                        break;
                    default:
                        input.AdvanceTo(buffer.Start);
                        return (Outcome.Http, default, []);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return (partial ? Outcome.TooSlow : Outcome.Closed, default, []);
        }
        catch (IOException)
        {
            return (Outcome.Closed, default, []);
        }
    }

    private static DerpHeadVerdict Judge(in ReadOnlySequence<byte> buffer, out DerpHead head)
    {
        if (buffer.IsSingleSegment) return DerpHead.Read(buffer.FirstSpan, out head);
        var length = (int)Math.Min(buffer.Length, MaxHead);
        var copy = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            buffer.Slice(0, length).CopyTo(copy);
            return DerpHead.Read(copy.AsSpan(0, length), out head);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private async ValueTask AnswerAsync(IRelayStreamFeature streams, byte[] answer)
    {
        using var deadline = new CancellationTokenSource(options.CloseTimeout, time);
        try
        {
            await streams.Stream.WriteAsync(answer, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Gone before it could be told.
        }
    }
}
