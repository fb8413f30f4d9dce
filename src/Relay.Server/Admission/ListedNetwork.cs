using Relay.Protocol.Keys;
using Relay.Server.Limits;

namespace Relay.Server.Admission;

/// <summary>One network of an admission list.</summary>
/// <param name="Name">What the operator calls it.</param>
/// <param name="Rate">What all its nodes together may send; null for no limit.</param>
/// <param name="Nodes">Who belongs to it.</param>
public sealed record ListedNetwork(string Name, ByteRate? Rate, IReadOnlyDictionary<NodeKey, ListedNode> Nodes);
