namespace Relay.Server.Http;

/// <summary>Tells the upgrades of <c>/derp</c> apart (spec/derp.md 5.1 and 6), from the first header of each name.</summary>
internal static class Upgrades
{
    /// <summary>
    /// <paramref name="upgrade"/> is compared as a whole, in any case, and <paramref name="subprotocol"/> only has to contain
    /// <c>derp</c> in lower case. A WebSocket without it is an old client that speaks raw DERP.
    /// </summary>
    public static UpgradeKind Classify(string? upgrade, string? subprotocol)
    {
        if (string.Equals(upgrade, "derp", StringComparison.OrdinalIgnoreCase)) return UpgradeKind.Raw;
        if (!string.Equals(upgrade, "websocket", StringComparison.OrdinalIgnoreCase)) return UpgradeKind.None;
        return subprotocol?.Contains("derp", StringComparison.Ordinal) == true ? UpgradeKind.WebSocket : UpgradeKind.Raw;
    }

    /// <summary>The same over bytes of a request head.</summary>
    public static UpgradeKind Classify(ReadOnlySpan<byte> upgrade, ReadOnlySpan<byte> subprotocol)
    {
        if (System.Text.Ascii.EqualsIgnoreCase(upgrade, "derp"u8)) return UpgradeKind.Raw;
        if (!System.Text.Ascii.EqualsIgnoreCase(upgrade, "websocket"u8)) return UpgradeKind.None;
        return subprotocol.IndexOf("derp"u8) >= 0 ? UpgradeKind.WebSocket : UpgradeKind.Raw;
    }
}
