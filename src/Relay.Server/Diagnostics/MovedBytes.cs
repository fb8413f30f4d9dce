namespace Relay.Server.Diagnostics;

/// <summary>Data bytes that clients moved, as the relay sees it.</summary>
/// <param name="In">Read from them.</param>
/// <param name="Out">Taken for them, dropped ones included.</param>
public readonly record struct MovedBytes(long In, long Out)
{
    /// <summary>Nothing at all.</summary>
    public bool IsNone => In == 0 && Out == 0;

    /// <summary>Both directions together.</summary>
    public long Total => In + Out;

    /// <summary>Both together.</summary>
    public static MovedBytes operator +(MovedBytes left, MovedBytes right) => new(left.In + right.In, left.Out + right.Out);

    /// <summary>What the left one has more.</summary>
    public static MovedBytes operator -(MovedBytes left, MovedBytes right) => new(left.In - right.In, left.Out - right.Out);
}
