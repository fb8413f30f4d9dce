using System.Text;
using Relay.Client.Dialing;

namespace Relay.Client.Upgrade;

/// <summary>The request that asks a relay to switch from HTTP, in the reference's order and spelling (spec/derp.md 5.1, 6).</summary>
internal static class RequestHead
{
    public static byte[] Raw(RelayTarget target, string userAgent, bool fastStart)
    {
        var head = Start(target, userAgent);
        if (fastStart) head.Append("Derp-Fast-Start: 1\r\n");
        if (target.IdealNode is not null) head.Append("Ideal-Node: ").Append(target.IdealNode).Append("\r\n");
        return End(head.Append("Upgrade: DERP\r\n"));
    }

    public static byte[] WebSocket(RelayTarget target, string userAgent, string key) =>
        End(Start(target, userAgent)
            .Append("Sec-Websocket-Key: ").Append(key)
            .Append("\r\nSec-Websocket-Protocol: derp\r\nSec-Websocket-Version: 13\r\nUpgrade: websocket\r\n"));

    private static StringBuilder Start(RelayTarget target, string userAgent) => new StringBuilder(256)
        .Append("GET ").Append(target.Path).Append(" HTTP/1.1\r\nHost: ").Append(target.HostHeader)
        .Append("\r\nUser-Agent: ").Append(userAgent).Append("\r\nConnection: Upgrade\r\n");

    private static byte[] End(StringBuilder head) => Encoding.ASCII.GetBytes(head.Append("\r\n").ToString());
}
