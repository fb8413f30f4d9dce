namespace Relay.Server.Transport;

/// <summary>Has something to do at the end of a <see cref="Turn"/>.</summary>
internal interface ITurnEnd
{
    /// <summary>On the turn's thread. Must not wait.</summary>
    void OnTurnEnd();
}
