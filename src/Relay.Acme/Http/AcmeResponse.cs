namespace Relay.Acme.Http;

/// <summary>An answer that is no error.</summary>
/// <param name="Body">At most what the transport lets in.</param>
/// <param name="Location">The resource that was made or found.</param>
/// <param name="RetryAfter">When to look again.</param>
internal sealed record AcmeResponse(byte[] Body, Uri? Location, TimeSpan? RetryAfter);
