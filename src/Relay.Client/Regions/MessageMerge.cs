namespace Relay.Client.Regions;

/// <summary>
/// The messages of all links in turn, each where its connection has it, without a copy. A link is asked for its next message
/// when the receiver comes for one, so one that is not received from slows its relay down as a single connection would.
/// </summary>
internal sealed class MessageMerge(ReadyLinks ready)
{
    // Messages that one link may bring in a row while others wait.
    private const int Share = 64;

    private RegionLink? _current;
    private int _row;

    /// <summary>The next message that is at hand.</summary>
    internal bool TryReceive(out RegionLink? from, out RelayMessage message)
    {
        if (_current is { } current)
        {
            _current = null;
            if (current.Begin())
            {
                if (_row < Share || ready.IsEmpty) return TryTake(from = current, _row + 1, out message);
                ready.Add(current);
            }
        }

        while (ready.TryTake(out from))
        {
            if (TryTake(from!, 1, out message)) return true;
        }

        message = default;
        return false;
    }

    /// <summary>A message of a link that was waited for.</summary>
    internal bool TryReceive(RegionLink from, out RelayMessage message) => TryTake(from, 1, out message);

    private bool TryTake(RegionLink from, int row, out RelayMessage message)
    {
        if (!from.TryTake(out message)) return false;
        (_current, _row) = (from, row);
        return true;
    }
}
