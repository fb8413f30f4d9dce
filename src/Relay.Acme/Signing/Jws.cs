using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Relay.Acme.Messages;

namespace Relay.Acme.Signing;

/// <summary>A signed message in its flattened JSON form (RFC 7515): all parts in base64url.</summary>
/// <param name="Protected">The header.</param>
/// <param name="Payload">The message; empty to only read a resource.</param>
/// <param name="Signature">The signature over both.</param>
internal sealed record Jws(
    [property: JsonPropertyName("protected")] string Protected,
    [property: JsonPropertyName("payload")] string Payload,
    [property: JsonPropertyName("signature")] string Signature)
{
    /// <summary>A request to the authority, signed with the account's key.</summary>
    public static Jws Request(AccountKey key, Uri url, string nonce, Uri? account, ReadOnlySpan<byte> payload)
    {
        var header = new JwsHeader("ES256", url) { Nonce = nonce, KeyId = account?.OriginalString, Key = account is null ? key.Jwk : null };
        return Make(header, payload, input => key.Sign(Encoding.ASCII.GetBytes(input)));
    }

    public static Jws Make(JwsHeader header, ReadOnlySpan<byte> payload, Func<string, byte[]> sign)
    {
        var (head, body) = (
            Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(header, AcmeJson.Default.JwsHeader)),
            Base64Url.EncodeToString(payload));
        return new Jws(head, body, Base64Url.EncodeToString(sign($"{head}.{body}")));
    }
}
