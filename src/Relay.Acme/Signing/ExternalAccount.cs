using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Relay.Acme.Messages;

namespace Relay.Acme.Signing;

/// <summary>An account that the operator has with the authority by other means, and that its ACME account is bound to (RFC 8555 7.3.4).</summary>
/// <param name="keyId">Which account; from the authority.</param>
/// <param name="hmacKey">The secret that came with it.</param>
public sealed class ExternalAccount(string keyId, byte[] hmacKey)
{
    /// <summary>Reads the secret as authorities print it: base64 in the URL alphabet without padding, or the usual one.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static ExternalAccount Parse(string keyId, string hmacKey)
    {
        var text = hmacKey.Trim().TrimEnd('=').Replace('+', '-').Replace('/', '_');
        try
        {
            if (Base64Url.DecodeFromChars(text) is { Length: > 0 } key) return new ExternalAccount(keyId, key);
        }
        catch (FormatException)
        {
            // Said below.
        }

        throw new FormatException("base64 was expected");
    }

    /// <summary>The binding: the account's public key, signed with the secret.</summary>
    internal Jws Bind(AccountKey key, Uri newAccount)
    {
        var header = new JwsHeader("HS256", newAccount) { KeyId = keyId };
        var payload = JsonSerializer.SerializeToUtf8Bytes(key.Jwk, AcmeJson.Default.Jwk);
        return Jws.Make(header, payload, input => HMACSHA256.HashData(hmacKey, Encoding.ASCII.GetBytes(input)));
    }
}
