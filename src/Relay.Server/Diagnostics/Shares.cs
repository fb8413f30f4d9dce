namespace Relay.Server.Diagnostics;

/// <summary>Who moved how much between two surveys. Immutable.</summary>
/// <param name="Networks">By the name of the clients' network.</param>
/// <param name="Others">Clients of no network, and of networks beyond a bound.</param>
/// <param name="FairnessIn">How evenly busy clients sent: from 1, all the same, down to one over their number.</param>
/// <param name="FairnessOut">How evenly busy clients were sent to.</param>
public sealed record Shares(IReadOnlyDictionary<string, MovedBytes> Networks, MovedBytes Others, double FairnessIn, double FairnessOut);
