using System.Buffers;
using System.Text.Json;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;

namespace Relay.Protocol.Handshake;

/// <summary>What a client says of itself, boxed to the relay (spec/derp.md 8.2).</summary>
public sealed record ClientInfo
{
    /// <summary>The protocol version that this project speaks.</summary>
    public const int ProtocolVersion = 2;

    /// <summary>The region's shared secret, for a mesh peer or a monitor; left out when null.</summary>
    public MeshKey? MeshKey { get; init; }

    /// <summary>The client's protocol version; default 2. Stored and never compared, so that any number will do.</summary>
    public long Version { get; init; } = ProtocolVersion;

    /// <summary>The client promises to answer Ping with Pong. Default false.</summary>
    public bool CanAckPings { get; init; }

    /// <summary>The client is a monitor. Default false.</summary>
    public bool IsProber { get; init; }

    // | 0x02 | length (4) | client key (32) | nonce (24) | tag (16) | JSON, encrypted |
    /// <summary>Builds the whole frame, boxed from <paramref name="client"/> to <paramref name="relay"/>.</summary>
    /// <param name="client">The key to prove.</param>
    /// <param name="relay">The key that the relay announced.</param>
    /// <param name="nonce">24 bytes, for tests that compare bytes; random when empty.</param>
    /// <exception cref="ArgumentException">The relay's key is of low order.</exception>
    public byte[] ToFrame(NodePrivateKey client, NodeKey relay, ReadOnlySpan<byte> nonce = default)
    {
        using var secret = client.DeriveBox(relay) ?? throw new ArgumentException("no secret can be agreed with this key", nameof(relay));
        var json = ToJson();
        var payload = NodeKey.Size + Sealed.Overhead + json.Length;
        var frame = new byte[FrameHeader.Size + payload];
        FrameHeader.Write(frame, FrameType.ClientInfo, payload);
        client.Public.CopyTo(frame.AsSpan(FrameHeader.Size));
        Sealed.Write(frame.AsSpan(FrameHeader.Size + NodeKey.Size), secret, json, nonce);
        return frame;
    }

    /// <summary>Opens a payload. The length is the caller's to bound first (<see cref="FrameLimits.RelayAcceptsFirst"/>).</summary>
    public static ClientInfoStatus TryRead(ReadOnlySpan<byte> payload, NodePrivateKey relay, out NodeKey client, out ClientInfo info)
    {
        (client, info) = (default, new ClientInfo());
        if (payload.Length < NodeKey.Size + Sealed.Overhead) return ClientInfoStatus.TooShort;
        client = new NodeKey(payload[..NodeKey.Size]);
        using var secret = relay.DeriveBox(client);
        if (secret is null) return ClientInfoStatus.BadKey;
        var json = Sealed.TryOpen(payload[NodeKey.Size..], secret);
        return json is null ? ClientInfoStatus.BadBox : FromJson(json, out info);
    }

    // The members' order and capitalisation are the reference's, so that the bytes are too.
    private ReadOnlySpan<byte> ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (MeshKey is not null) json.WriteString("meshKey"u8, MeshKey.RevealHex());
            if (Version != 0) json.WriteNumber("version"u8, Version);
            json.WriteBoolean("CanAckPings"u8, CanAckPings);
            if (IsProber) json.WriteBoolean("IsProber"u8, true);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    // The reference's rules: names match in any case, the last of a repeated member wins, unknown members are ignored,
    // the text null means all defaults; but a meshKey that is null, empty or no key is an error, mesh or not.
    private static ClientInfoStatus FromJson(ReadOnlySpan<byte> text, out ClientInfo info)
    {
        var status = ReadMembers(text, out info);

        // Who overlooks the status is not to find a mesh key in half a text.
        if (status != ClientInfoStatus.Ok) info = new ClientInfo();
        return status;
    }

    private static ClientInfoStatus ReadMembers(ReadOnlySpan<byte> text, out ClientInfo info)
    {
        info = new ClientInfo { Version = 0 };
        try
        {
            var json = new Utf8JsonReader(text);
            if (!json.Read()) return ClientInfoStatus.BadJson;
            if (json.TokenType == JsonTokenType.Null) return json.Read() ? ClientInfoStatus.BadJson : ClientInfoStatus.Ok;
            if (json.TokenType != JsonTokenType.StartObject) return ClientInfoStatus.BadJson;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.GetString();
                json.Read();
                if (Is(name, "meshKey"))
                {
                    var key = json.TokenType == JsonTokenType.String ? Keys.MeshKey.TryParse(json.GetString()) : null;
                    if (key is null) return ClientInfoStatus.BadMeshKey;
                    info = info with { MeshKey = key };
                }
                else if (json.TokenType == JsonTokenType.Null) continue;
                else if (Is(name, "version")) info = info with { Version = json.GetInt64() };
                else if (Is(name, "CanAckPings")) info = info with { CanAckPings = json.GetBoolean() };
                else if (Is(name, "IsProber")) info = info with { IsProber = json.GetBoolean() };
                else json.Skip();
            }

            return json.TokenType == JsonTokenType.EndObject && !json.Read() ? ClientInfoStatus.Ok : ClientInfoStatus.BadJson;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return ClientInfoStatus.BadJson;
        }

        static bool Is(string? name, string expected) => string.Equals(name, expected, StringComparison.OrdinalIgnoreCase);
    }
}
