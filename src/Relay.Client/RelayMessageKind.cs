namespace Relay.Client;

/// <summary>What came from the relay.</summary>
public enum RelayMessageKind
{
    /// <summary>A packet; <see cref="RelayMessage.Key"/> sent it, <see cref="RelayMessage.Payload"/> is it.</summary>
    Packet,

    /// <summary>A peer is not reachable through this relay: <see cref="RelayMessage.Key"/>, <see cref="RelayMessage.GoneReason"/>.</summary>
    PeerGone,

    /// <summary>To watchers: a connection exists; <see cref="RelayMessage.Key"/>, <see cref="RelayMessage.TryReadPresence"/>.</summary>
    PeerPresent,

    /// <summary>The relay pinged. It has been answered already.</summary>
    Ping,

    /// <summary>A pong that no ping of this connection waits for.</summary>
    Pong,

    /// <summary>The relay says what is wrong with this connection, or that all is well again: <see cref="RelayMessage.ReadHealth"/>.</summary>
    Health,

    /// <summary>The relay is about to restart: <see cref="RelayMessage.ReconnectIn"/>, <see cref="RelayMessage.TryFor"/>.</summary>
    Restarting,

    /// <summary>The relay changed its mind about itself: <see cref="RelayConnection.ServerInfo"/> is new.</summary>
    ServerInfo,

    /// <summary>The relay is alive.</summary>
    KeepAlive,
}
