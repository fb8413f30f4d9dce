namespace Relay.LoadTest.Traffic;

/// <summary>What a flow is there for.</summary>
internal enum FlowRole
{
    /// <summary>It is the load, and it is measured.</summary>
    Load,

    /// <summary>A few packets that tell how the load feels to others.</summary>
    Probe,

    /// <summary>It is there to be in the way: nobody reads it.</summary>
    Obstacle,
}
