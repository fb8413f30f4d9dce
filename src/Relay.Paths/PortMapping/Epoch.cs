namespace Relay.Paths.PortMapping;

/// <summary>
/// The router's clock, which begins anew when it has lost its mappings (RFC 6886, 3.6; RFC 6887, 8.5). It may run slow by
/// an eighth. Not thread safe.
/// </summary>
internal sealed class Epoch(TimeProvider time)
{
    private const uint Tolerance = 2;

    private uint? _last;
    private long _at;

    /// <summary>Takes what the router says now; true when it has restarted since it last said something.</summary>
    internal bool HasRestarted(uint seconds)
    {
        var before = _last;
        var elapsed = before is null ? 0 : time.GetElapsedTime(_at).TotalSeconds;
        (_last, _at) = (seconds, time.GetTimestamp());
        return before is { } last && (double)seconds + Tolerance < last + elapsed * 7 / 8;
    }
}
