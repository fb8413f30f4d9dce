namespace Relay.Server.Queues;

/// <summary>What may wait in one lane of an outbox while a write is under way.</summary>
/// <param name="Packets">Packets.</param>
/// <param name="Bytes">Bytes, headers included.</param>
internal readonly record struct QueueLimit(int Packets, int Bytes)
{
    /// <summary>So many packets of any size.</summary>
    public static QueueLimit Of(int packets) => new(packets, int.MaxValue);
}
