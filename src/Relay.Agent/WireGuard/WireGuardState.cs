using System.Globalization;
using System.Net;
using Relay.Protocol.Keys;

namespace Relay.Agent.WireGuard;

/// <summary>A running interface, as <c>wg show wg0 dump</c> prints it.</summary>
internal sealed record WireGuardState
{
    /// <summary>Null when it has none yet.</summary>
    internal NodePrivateKey? PrivateKey { get; private init; }

    internal int ListenPort { get; private init; }

    /// <summary>Each peer with the address that WireGuard sends to, if it has one.</summary>
    internal IReadOnlyDictionary<NodeKey, IPEndPoint?> Peers { get; private init; } = new Dictionary<NodeKey, IPEndPoint?>();

    /// <summary>Null for anything else.</summary>
    internal static WireGuardState? Parse(string dump)
    {
        var lines = dump.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || lines[0].Split('\t') is not [var secret, _, var port, _]) return null;
        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var listen)) return null;
        var peers = new Dictionary<NodeKey, IPEndPoint?>();
        foreach (var line in lines.Skip(1))
        {
            if (line.Split('\t') is not [var key, _, var endPoint, _, _, _, _, _] || !NodeKey.TryParseWireGuard(key, out var peer)) return null;
            peers[peer] = IPEndPoint.TryParse(endPoint, out var parsed) ? parsed : null;
        }

        return new WireGuardState { PrivateKey = NodePrivateKey.TryParse(secret), ListenPort = listen, Peers = peers };
    }
}
