namespace Relay.Agent.Status;

/// <summary>What came of a ping.</summary>
/// <param name="Ms">The round trip; null when no answer came.</param>
/// <param name="Path"><c>direct</c> or <c>relay</c>.</param>
/// <param name="Via">The address or the relay that the answer came from.</param>
internal sealed record PingAnswer(double? Ms, string? Path, string? Via);
