namespace Relay.LoadTest.Traffic;

/// <summary>What a flow did. Written by its worker alone; may be read at any time.</summary>
internal sealed class FlowCounters
{
    private long _arrived;
    private long _arrivedBytes;

    /// <summary>Packets that were due while it was measured.</summary>
    internal long Offered { get; set; }

    /// <summary>Those of them that the connection took.</summary>
    internal long Sent { get; set; }

    /// <summary>Those of them that arrived.</summary>
    internal long Delivered { get; set; }

    /// <summary>Packets that arrived, whenever.</summary>
    internal long Arrived => Volatile.Read(ref _arrived);

    /// <summary>Their bytes.</summary>
    internal long ArrivedBytes => Volatile.Read(ref _arrivedBytes);

    internal void Arrive(int bytes)
    {
        Volatile.Write(ref _arrived, _arrived + 1);
        Volatile.Write(ref _arrivedBytes, _arrivedBytes + bytes);
    }
}
