using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Relay.Client.Dialing;
using Relay.Client.Upgrade;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;

namespace Relay.Client.Connections;

/// <summary>From a line to a relay to its ServerInfo: the upgrade, then both keys (spec/derp.md 5, 6, 8, 16.2).</summary>
internal sealed class Handshake(RelayTarget target, RelayClientOptions options, PhaseClock clock)
{
    private const string WebSocketGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>What a finished handshake leaves: the stream that DERP runs over, what was read of it, and both sides' words.</summary>
    internal sealed record Result(Stream Stream, FrameInput Input, NodeKey ServerKey, ServerInfo ServerInfo, bool FastStarted, bool IsWebSocket);

    public Task<Result> RunAsync(Stream stream, NodeKey? metaKey, bool webSocket, CancellationToken cancellation)
    {
        if (webSocket) return OverWebSocketAsync(stream, cancellation);
        return metaKey is { } key ? FastAsync(stream, key, cancellation) : SlowAsync(stream, cancellation);
    }

    // The relay answers with frames only, no HTTP; everything we have to say goes out in one write.
    private async Task<Result> FastAsync(Stream stream, NodeKey key, CancellationToken cancellation)
    {
        clock.Begin($"greeting {target.Name}");
        byte[] first = [.. RequestHead.Raw(target, options.UserAgent, fastStart: true), .. Introduction(key)];
        await stream.WriteAsync(first, cancellation).ConfigureAwait(false);
        var input = new FrameInput(stream);
        if (await input.FillAsync(cancellation).ConfigureAwait(false) > 0 && input.Unread[0] == (byte)'H')
            await RefusedAsync(input, cancellation).ConfigureAwait(false);
        var announced = await ReadServerKeyAsync(input, cancellation).ConfigureAwait(false);
        if (announced != key)
            throw new RelayException(RelayError.BadServerKey,
                $"{target.Name} greets with the key {announced}, its meta certificate with {key}; they must be one");
        return await FinishAsync(stream, input, key, fast: true, webSocket: false, cancellation).ConfigureAwait(false);
    }

    private async Task<Result> SlowAsync(Stream stream, CancellationToken cancellation)
    {
        clock.Begin($"asking {target.Name} to upgrade");
        await stream.WriteAsync(RequestHead.Raw(target, options.UserAgent, fastStart: false), cancellation).ConfigureAwait(false);
        var input = new FrameInput(stream);
        var response = await ResponseHead.ReadAsync(input, RelayError.Upgrade, target.Name, cancellation).ConfigureAwait(false);
        if (response.Status != 101) throw Refused(response);
        clock.Timings = clock.Timings with { Upgrade = clock.Elapsed };
        return await IntroduceAsync(stream, input, webSocket: false, cancellation).ConfigureAwait(false);
    }

    private async Task<Result> OverWebSocketAsync(Stream stream, CancellationToken cancellation)
    {
        clock.Begin($"asking {target.Name} to upgrade to WebSocket");
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        await stream.WriteAsync(RequestHead.WebSocket(target, options.UserAgent, key), cancellation).ConfigureAwait(false);
        var input = new FrameInput(stream);
        var response = await ResponseHead.ReadAsync(input, RelayError.Upgrade, target.Name, cancellation).ConfigureAwait(false);
        if (response.Status != 101) throw Refused(response);
        if (response.Header("Sec-WebSocket-Accept") != Accept(key))
            throw new RelayException(RelayError.Upgrade, $"{target.Name} answered 101 without the right Sec-WebSocket-Accept; a WebSocket was expected");
        if (response.Header("Sec-WebSocket-Protocol") != "derp")
            throw new RelayException(RelayError.Upgrade, $"{target.Name} opened a WebSocket without the subprotocol derp; a relay was expected");
        clock.Timings = clock.Timings with { Upgrade = clock.Elapsed };

        var rest = input.Unread.IsEmpty ? stream : new PrefixedStream(input.Unread.ToArray(), stream);

        // No pings of its own: DERP has keepalives.
        var socket = WebSocket.CreateFromStream(rest, new WebSocketCreationOptions { SubProtocol = "derp", KeepAliveInterval = TimeSpan.Zero });
        var messages = new MessageStream(socket);
        return await IntroduceAsync(messages, new FrameInput(messages), webSocket: true, cancellation).ConfigureAwait(false);
    }

    private async Task<Result> IntroduceAsync(Stream stream, FrameInput input, bool webSocket, CancellationToken cancellation)
    {
        clock.Begin($"waiting for the key of {target.Name}");
        var key = await ReadServerKeyAsync(input, cancellation).ConfigureAwait(false);
        await stream.WriteAsync(Introduction(key), cancellation).ConfigureAwait(false);
        return await FinishAsync(stream, input, key, fast: false, webSocket, cancellation).ConfigureAwait(false);
    }

    private async Task<NodeKey> ReadServerKeyAsync(FrameInput input, CancellationToken cancellation)
    {
        FrameType type;
        ReadOnlyMemory<byte> payload;
        while (!input.TryTake(out type, out payload, FrameLimits.MaxServerKey))
        {
            if (await input.FillAsync(cancellation).ConfigureAwait(false) == 0)
                throw new RelayException(RelayError.Closed, $"{target.Name} closed the connection before its greeting; a ServerKey frame was expected");
        }

        if (type != FrameType.ServerKey || !ServerKey.TryRead(payload.Span, out var key))
            throw new RelayException(RelayError.BadServerKey,
                $"{target.Name} began with a frame of type 0x{(int)type:x2} and {payload.Length} bytes that is no ServerKey; is this a DERP relay?");
        return key;
    }

    // ClientInfo, and what may follow it without waiting.
    private byte[] Introduction(NodeKey serverKey)
    {
        var info = new ClientInfo { MeshKey = options.MeshKey, CanAckPings = options.CanAckPings, IsProber = options.IsProber };
        byte[] frame;
        try
        {
            frame = info.ToFrame(options.PrivateKey, serverKey);
        }
        catch (ArgumentException e)
        {
            throw new RelayException(RelayError.BadServerKey, $"{target.Name} has a key with which no secret can be agreed: {serverKey.ToText()}", e);
        }

        Span<byte> rest = stackalloc byte[16];
        var length = options.Preferred ? FrameWriter.NotePreferred(rest, true) : 0;
        if (options.WatchConnections) length += FrameWriter.WatchConns(rest[length..]);
        return [.. frame, .. rest[..length]];
    }

    private async Task<Result> FinishAsync(Stream stream, FrameInput input, NodeKey key, bool fast, bool webSocket, CancellationToken cancellation)
    {
        clock.Begin($"waiting for {target.Name} to admit {options.PrivateKey.Public}");
        try
        {
            while (true)
            {
                while (input.TryTake(out var type, out var payload))
                {
                    if (type != FrameType.ServerInfo) continue;
                    var info = ServerInfo.TryRead(payload.Span, options.PrivateKey, key)
                        ?? throw new RelayException(RelayError.ProtocolError,
                            $"the ServerInfo of {target.Name} does not open; one sealed for {options.PrivateKey.Public} was expected");
                    clock.Timings = clock.Timings with { Derp = clock.Elapsed };
                    return new Result(stream, input, key, info, fast, webSocket);
                }

                if (await input.FillAsync(cancellation).ConfigureAwait(false) == 0) throw Rejected(null);
            }
        }
        catch (Exception e) when (e is IOException or WebSocketException)
        {
            throw Rejected(e);
        }
    }

    private async Task RefusedAsync(FrameInput input, CancellationToken cancellation) =>
        throw Refused(await ResponseHead.ReadAsync(input, RelayError.Upgrade, target.Name, cancellation).ConfigureAwait(false));

    private RelayException Refused(ResponseHead response) =>
        new(RelayError.HttpStatus,
            $"{target.Name} answered {response.StatusLine} to GET {target.Path}; 101 was expected: is there a DERP relay, and no proxy in front that drops the upgrade?")
        {
            HttpStatus = response.Status,
        };

    private RelayException Rejected(Exception? cause) =>
        new(RelayError.Rejected,
            $"{target.Name} closed the connection when it had seen our key; {options.PrivateKey.Public.ToText()} must be admitted there", cause);

    private static string Accept(string key)
    {
#pragma warning disable CA5350 // RFC 6455 asks for SHA-1; nothing secret hangs on it.
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + WebSocketGuid)));
#pragma warning restore CA5350
    }
}
