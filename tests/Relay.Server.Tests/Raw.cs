using System.Security.Cryptography;
using System.Text;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;

namespace Relay.Server.Tests;

/// <summary>Frames that no well-behaved library would build.</summary>
internal static class Raw
{
    /// <summary>A ClientInfo around any text.</summary>
    public static byte[] ClientInfo(NodePrivateKey client, NodeKey relay, string json)
    {
        using var secret = client.DeriveBox(relay)!;
        var text = Encoding.UTF8.GetBytes(json);
        var frame = new byte[FrameHeader.Size + 32 + 24 + 16 + text.Length];
        FrameHeader.Write(frame, FrameType.ClientInfo, frame.Length - FrameHeader.Size);
        client.Public.CopyTo(frame.AsSpan(5));
        RandomNumberGenerator.Fill(frame.AsSpan(37, 24));
        secret.Seal(text, frame.AsSpan(37, 24), frame.AsSpan(61));
        return frame;
    }

    public static MeshKey MeshKey(char digit) => Protocol.Keys.MeshKey.TryParse(new string(digit, 64))!;
}
