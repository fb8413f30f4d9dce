using Relay.Protocol.Keys;

namespace Relay.Client.Tests.Fakes;

internal sealed record Received(RelayMessageKind Kind, NodeKey Key, byte[] Payload);
