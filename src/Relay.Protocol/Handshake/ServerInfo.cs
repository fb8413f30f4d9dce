using System.Buffers;
using System.Text.Json;
using Relay.Crypto;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;

namespace Relay.Protocol.Handshake;

/// <summary>The relay's answer to a ClientInfo, boxed to the client (spec/derp.md 8.3).</summary>
public sealed record ServerInfo
{
    /// <summary>The smallest burst that a relay which announces a rate may announce: one largest frame.</summary>
    public const int MinBurst = FrameHeader.Size + FrameLimits.MaxPacketPayload;

    /// <summary>The relay's protocol version; default 2.</summary>
    public long Version { get; init; } = ClientInfo.ProtocolVersion;

    /// <summary>Bytes a second that the client should keep to, counting 37 bytes and the packet; 0 (default) for no limit.</summary>
    public long TokenBucketBytesPerSecond { get; init; }

    /// <summary>The bucket's size in bytes; at least <see cref="MinBurst"/> where a rate is set, or clients drop everything.</summary>
    public long TokenBucketBytesBurst { get; init; }

    // | 0x03 | length (4) | nonce (24) | tag (16) | JSON, encrypted |
    /// <summary>Builds the whole frame, boxed from <paramref name="relay"/> to <paramref name="client"/>.</summary>
    /// <param name="relay">The relay's key.</param>
    /// <param name="client">The key that the client proved.</param>
    /// <param name="nonce">24 bytes, for tests that compare bytes; random when empty.</param>
    /// <exception cref="ArgumentException">The client's key is of low order.</exception>
    public byte[] ToFrame(NodePrivateKey relay, NodeKey client, ReadOnlySpan<byte> nonce = default)
    {
        using var secret = relay.DeriveBox(client) ?? throw new ArgumentException("no secret can be agreed with this key", nameof(client));
        var json = ToJson();
        var frame = new byte[FrameHeader.Size + Sealed.Overhead + json.Length];
        FrameHeader.Write(frame, FrameType.ServerInfo, Sealed.Overhead + json.Length);
        Sealed.Write(frame.AsSpan(FrameHeader.Size), secret, json, nonce);
        return frame;
    }

    /// <summary>Opens a payload from <paramref name="relay"/>; null when it does not open or is not the expected JSON.</summary>
    public static ServerInfo? TryRead(ReadOnlySpan<byte> payload, NodePrivateKey client, NodeKey relay)
    {
        using BoxSecret? secret = client.DeriveBox(relay);
        var json = Sealed.TryOpen(payload, secret);
        return json is null ? null : FromJson(json);
    }

    private ReadOnlySpan<byte> ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(96);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (Version != 0) json.WriteNumber("version"u8, Version);
            if (TokenBucketBytesPerSecond != 0) json.WriteNumber("TokenBucketBytesPerSecond"u8, TokenBucketBytesPerSecond);
            if (TokenBucketBytesBurst != 0) json.WriteNumber("TokenBucketBytesBurst"u8, TokenBucketBytesBurst);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    private static ServerInfo? FromJson(ReadOnlySpan<byte> text)
    {
        var info = new ServerInfo { Version = 0 };
        try
        {
            var json = new Utf8JsonReader(text);
            if (!json.Read()) return null;
            if (json.TokenType == JsonTokenType.Null) return json.Read() ? null : info;
            if (json.TokenType != JsonTokenType.StartObject) return null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.GetString();
                json.Read();
                if (json.TokenType == JsonTokenType.Null) continue;
                if (Is(name, "version")) info = info with { Version = json.GetInt64() };
                else if (Is(name, "TokenBucketBytesPerSecond")) info = info with { TokenBucketBytesPerSecond = json.GetInt64() };
                else if (Is(name, "TokenBucketBytesBurst")) info = info with { TokenBucketBytesBurst = json.GetInt64() };
                else json.Skip();
            }

            return json.TokenType == JsonTokenType.EndObject && !json.Read() ? info : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }

        static bool Is(string? name, string expected) => string.Equals(name, expected, StringComparison.OrdinalIgnoreCase);
    }
}
