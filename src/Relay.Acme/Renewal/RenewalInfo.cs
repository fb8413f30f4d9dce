namespace Relay.Acme.Renewal;

/// <summary>When an authority would like a certificate to be renewed.</summary>
/// <param name="Start">From then on.</param>
/// <param name="End">Until then; later than <paramref name="Start"/>.</param>
/// <param name="RetryAfter">When to ask again; null where it does not say.</param>
public sealed record RenewalInfo(DateTimeOffset Start, DateTimeOffset End, TimeSpan? RetryAfter);
