using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Relay.Acme.Messages;

namespace Relay.Acme.Signing;

/// <summary>A public key on P-256 (RFC 7518 6.2). The order of the members is that of the thumbprint.</summary>
/// <param name="X">Coordinate, in base64url.</param>
/// <param name="Y">Coordinate, in base64url.</param>
internal sealed record Jwk(
    [property: JsonPropertyName("x"), JsonPropertyOrder(3)] string X,
    [property: JsonPropertyName("y"), JsonPropertyOrder(4)] string Y)
{
    [JsonPropertyName("crv"), JsonPropertyOrder(1)]
    public string Curve { get; } = "P-256";

    [JsonPropertyName("kty"), JsonPropertyOrder(2)]
    public string Type { get; } = "EC";

    /// <summary>The hash of the members in the order of their names, without a blank (RFC 7638).</summary>
    public string Thumbprint() => Base64Url.EncodeToString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, AcmeJson.Default.Jwk)));
}
