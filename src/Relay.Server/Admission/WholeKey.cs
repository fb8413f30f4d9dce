using Relay.Protocol.Keys;

namespace Relay.Server.Admission;

/// <summary>A key as an operator pastes it into a list, where logs usually have the short form. Written out only if somebody listens.</summary>
internal readonly struct WholeKey(NodeKey key)
{
    public override string ToString() => key.ToText();
}
