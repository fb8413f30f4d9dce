using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;

namespace Relay.Protocol.Tests.Handshake;

/// <summary>Seals any text at all as a ClientInfo or ServerInfo, as a hostile peer with a proper key can.</summary>
internal static class Boxes
{
    internal const string MeshHex = "32b06da2ec087bb31a0a702810f3516c2713ba2c3e881934d70a25f0594962cb";

    private static readonly byte[] Nonce = [.. Enumerable.Range(0x80, 24).Select(i => (byte)i)];

    internal static ClientInfoStatus ReadClientInfo(ReadOnlySpan<byte> json, out ClientInfo info)
    {
        using var relay = Known.RelayPrivate();
        var status = ClientInfo.TryRead(ClientInfoPayload(json), relay, out var client, out info);
        Assert.Equal(Known.Client, client);
        return status;
    }

    internal static ServerInfo? ReadServerInfo(ReadOnlySpan<byte> json)
    {
        using var client = Known.ClientPrivate();
        return ServerInfo.TryRead(ServerInfoPayload(json), client, Known.Relay);
    }

    internal static byte[] ClientInfoPayload(ReadOnlySpan<byte> json)
    {
        using var client = Known.ClientPrivate();
        return [.. Convert.FromHexString(Known.ClientHex), .. Seal(client, Known.Relay, json)];
    }

    internal static byte[] ServerInfoPayload(ReadOnlySpan<byte> json)
    {
        using var relay = Known.RelayPrivate();
        return Seal(relay, Known.Client, json);
    }

    private static byte[] Seal(NodePrivateKey from, NodeKey to, ReadOnlySpan<byte> json)
    {
        using var secret = from.DeriveBox(to)!;
        var blob = new byte[40 + json.Length];
        Nonce.CopyTo(blob, 0);
        secret.Seal(json, Nonce, blob.AsSpan(24));
        return blob;
    }
}
