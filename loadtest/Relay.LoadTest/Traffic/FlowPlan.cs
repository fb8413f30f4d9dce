namespace Relay.LoadTest.Traffic;

/// <summary>Packets from one client to another.</summary>
internal sealed record FlowPlan
{
    internal int From { get; init; }

    internal int To { get; init; }

    /// <summary>Bytes of each packet.</summary>
    internal required int Size { get; init; }

    /// <summary>Frames a write.</summary>
    internal int Batch { get; init; } = 1;

    /// <summary>Packets a second, whatever becomes of them; 0 for as many as the window lets through.</summary>
    internal double Rate { get; init; }

    /// <summary>Without a rate: packets that may be on their way.</summary>
    internal int Window { get; init; }

    /// <summary>The receiver sends each packet back, and the round trip is measured.</summary>
    internal bool Echo { get; init; }

    /// <summary>The packets look like discovery.</summary>
    internal bool Disco { get; init; }

    /// <summary>What it is there for.</summary>
    internal FlowRole Role { get; init; }
}
