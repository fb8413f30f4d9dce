using Relay.Protocol.Keys;
using Relay.Server.Connections;

namespace Relay.Server.Diagnostics;

/// <summary>What one connection moved. In and out as the relay sees it.</summary>
/// <param name="Key">The client's key.</param>
/// <param name="Transport">How its frames travel.</param>
/// <param name="RecentBytesIn">Data bytes read from it since the survey before.</param>
/// <param name="RecentBytesOut">Data bytes for it since the survey before.</param>
/// <param name="BytesIn">Data bytes read from it since it connected.</param>
/// <param name="BytesOut">Data bytes for it since it connected, dropped ones included.</param>
/// <param name="PacketsDropped">Packets from it that had no receiver, and packets for it that did not arrive.</param>
public sealed record Talker(
    NodeKey Key,
    TransportKind Transport,
    long RecentBytesIn,
    long RecentBytesOut,
    long BytesIn,
    long BytesOut,
    long PacketsDropped);
