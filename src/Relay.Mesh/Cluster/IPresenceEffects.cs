using Relay.Protocol.Keys;

namespace Relay.Mesh.Cluster;

/// <summary>What a <see cref="PresenceTable"/> wants done. Calls come in order; none calls back.</summary>
internal interface IPresenceEffects
{
    /// <summary>Tell the store that the key is here, for so long already. It keeps the youngest claim of a living relay.</summary>
    void Claim(NodeKey key, TimeSpan age);

    /// <summary>Tell the store that the key is not here: it forgets what this relay had claimed, and nothing else.</summary>
    void Unclaim(NodeKey key);

    /// <summary>Ask the store where the key is; answered by <see cref="PresenceTable.OnAnswer"/>.</summary>
    void Ask(NodeKey key);

    /// <summary>Packets for the key go to this relay; null: no other relay has it.</summary>
    void Place(NodeKey key, RelayId? relay);

    /// <summary>The question for the key is answered: what waits for it goes where it was placed, or (null) is dropped.</summary>
    void Answered(NodeKey key, RelayId? relay);
}
