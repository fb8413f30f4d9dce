using System.Text.Json.Serialization;

namespace Relay.Acme.Signing;

/// <summary>What is signed along with a message (RFC 8555 6.2).</summary>
/// <param name="Algorithm">How it is signed.</param>
/// <param name="Url">What it is sent to, so that it cannot be sent to something else.</param>
internal sealed record JwsHeader(
    [property: JsonPropertyName("alg")] string Algorithm,
    [property: JsonPropertyName("url")] Uri Url)
{
    /// <summary>From the authority, good for one message.</summary>
    [JsonPropertyName("nonce")]
    public string? Nonce { get; init; }

    /// <summary>The account, once there is one.</summary>
    [JsonPropertyName("kid")]
    public string? KeyId { get; init; }

    /// <summary>The public key, before that.</summary>
    [JsonPropertyName("jwk")]
    public Jwk? Key { get; init; }
}
