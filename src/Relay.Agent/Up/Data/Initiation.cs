namespace Relay.Agent.Up.Data;

/// <summary>The packet that begins a WireGuard handshake.</summary>
internal static class Initiation
{
    internal const int Size = 148;

    private const byte Type = 1;

    internal static bool Is(ReadOnlySpan<byte> packet) => packet.Length == Size && packet[0] == Type;
}
