using System.Runtime.CompilerServices;

namespace Relay.Protocol.Keys;

/// <summary>Thirty-two bytes kept inline, so that a key is a value and costs no object.</summary>
[InlineArray(NodeKey.Size)]
internal struct Bytes32
{
    private byte _first;
}
