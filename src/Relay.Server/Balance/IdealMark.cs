namespace Relay.Server.Balance;

/// <summary>What a client was last told of its ideal node.</summary>
/// <param name="IsTold">That it lives.</param>
/// <param name="At">When, by the coarse clock; 0 for never.</param>
internal readonly record struct IdealMark(bool IsTold, long At);
