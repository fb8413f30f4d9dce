using Relay.Server.Limits;

namespace Relay.Server.Admission;

/// <summary>One node of an admission list.</summary>
/// <param name="Name">What the operator calls it; for people.</param>
/// <param name="Expires">When it must leave; null for never.</param>
/// <param name="Rate">What it may send; null for what everybody may.</param>
public sealed record ListedNode(string? Name, DateTimeOffset? Expires, ByteRate? Rate);
