using System.Text;
using Relay.Protocol.Keys;

namespace Relay.Server.Http;

/// <summary>The answer that switches to DERP (spec/derp.md 5.2).</summary>
internal static class DerpSwitch
{
    public const string ProtocolVersion = "2";

    public const string DrainingText = "this relay is about to restart\n";

    /// <summary>The head of the 101 response, with exactly the reference's headers in its order.</summary>
    public static byte[] Head(NodeKey relay) => Encoding.ASCII.GetBytes(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: DERP\r\nConnection: Upgrade\r\n"
        + $"Derp-Version: {ProtocolVersion}\r\nDerp-Public-Key: {relay.ToHex()}\r\n\r\n");
}
