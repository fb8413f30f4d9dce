namespace Relay.Client;

/// <summary>The present home, and whether it is known to be alive by other means than measuring.</summary>
/// <param name="Id">The region.</param>
/// <param name="HeardJustNow">A frame came from it since the measuring began, or within 8 s.</param>
/// <param name="HeardWithinTwoMinutes">A frame came from it within 120 s.</param>
public sealed record HomeRegion(int Id, bool HeardJustNow = false, bool HeardWithinTwoMinutes = false);
