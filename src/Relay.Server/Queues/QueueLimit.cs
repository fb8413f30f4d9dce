namespace Relay.Server.Queues;

/// <summary>What may wait in one lane of an outbox while a write is under way. Shared by outboxes of one kind. Thread safe.</summary>
/// <param name="packets">Packets.</param>
/// <param name="bytes">Bytes, headers included.</param>
internal sealed class QueueLimit(int packets, int bytes = int.MaxValue)
{
    private volatile int _bytes = bytes;

    /// <summary>Packets.</summary>
    public int Packets => packets;

    /// <summary>Bytes, headers included; one run of packets may always wait. May change at any time.</summary>
    public int Bytes
    {
        get => _bytes;
        set => _bytes = value;
    }
}
