namespace Relay.LoadTest.Derp;

/// <summary>How frames travel to the relay and back.</summary>
internal enum TransportKind
{
    /// <summary>After HTTP's 101.</summary>
    Raw,

    /// <summary>Without waiting for the 101, as clients do who know the relay's key.</summary>
    FastStart,

    /// <summary>In WebSocket messages.</summary>
    WebSocket,
}
