namespace Relay.Server.Limits;

/// <summary>So many bytes a second, and so many at once. Immutable.</summary>
public sealed record ByteRate
{
    /// <summary>The least burst: one largest frame with its header, or it would never pass.</summary>
    public const long LeastBurst = Protocol.Handshake.ServerInfo.MinBurst;

    /// <param name="bytesPerSecond">At least 1.</param>
    /// <param name="burst">Raised to <see cref="LeastBurst"/>; null for what a quarter of a second brings.</param>
    public ByteRate(long bytesPerSecond, long? burst = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesPerSecond, 1);
        BytesPerSecond = bytesPerSecond;
        Burst = Math.Max(LeastBurst, burst ?? bytesPerSecond / 4);
    }

    /// <summary>Bytes a second in the long run.</summary>
    public long BytesPerSecond { get; }

    /// <summary>Bytes at once after a pause.</summary>
    public long Burst { get; }
}
