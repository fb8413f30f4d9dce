using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;

namespace Relay.Protocol.Tests.Handshake;

/// <summary>Seals any text at all as a ClientInfo or ServerInfo, as a hostile peer with a proper key can.</summary>
internal static class Boxes
{
    internal const string MeshHex = "32b06da2ec087bb31a0a702810f3516c2713ba2c3e881934d70a25f0594962cb";

    private static readonly NodePrivateKey Relay = Known.RelayPrivate();
    private static readonly NodePrivateKey Client = Known.ClientPrivate();
    private static readonly byte[] Nonce = [.. Enumerable.Range(0x80, 24).Select(i => (byte)i)];

    internal static ClientInfoStatus ReadClientInfo(ReadOnlySpan<byte> json, out ClientInfo info)
    {
        var status = ClientInfo.TryRead(ClientInfoPayload(json), Relay, out var client, out info);
        Assert.Equal(Known.Client, client);
        return status;
    }

    internal static ServerInfo? ReadServerInfo(ReadOnlySpan<byte> json) => ServerInfo.TryRead(ServerInfoPayload(json), Client, Known.Relay);

    private static byte[] ClientInfoPayload(ReadOnlySpan<byte> json) =>
        [.. Convert.FromHexString(Known.ClientHex), .. Seal(Client, Known.Relay, json)];

    private static byte[] ServerInfoPayload(ReadOnlySpan<byte> json) => Seal(Relay, Known.Client, json);

    private static byte[] Seal(NodePrivateKey from, NodeKey to, ReadOnlySpan<byte> json)
    {
        using var secret = from.DeriveBox(to)!;
        var blob = new byte[40 + json.Length];
        Nonce.CopyTo(blob, 0);
        secret.Seal(json, Nonce, blob.AsSpan(24));
        return blob;
    }
}
