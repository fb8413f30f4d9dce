namespace Relay.Server.Transport;

/// <summary>A connection and request feature: the listener that the connection came in by.</summary>
public interface IListenerFeature
{
    /// <summary>What that listener is for.</summary>
    ListenerRole Role { get; }
}
