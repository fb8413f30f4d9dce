namespace Relay.Client.Dialing;

/// <summary>What a relay's certificate must be: for the host, for another name, this very one, or anything (spec/derp.md 4.4).</summary>
internal sealed record CertificateRule
{
    private const string PinPrefix = "sha256-raw:";

    /// <summary>The name that the leaf must be valid for; null for the host's own.</summary>
    public string? Name { get; private init; }

    /// <summary>64 lower-case hex digits: SHA-256 of the only certificate; null without a pin.</summary>
    public string? Pin { get; private init; }

    /// <summary>Anything will do.</summary>
    public bool Insecure { get; private init; }

    public static CertificateRule Parse(string? certName, bool insecure)
    {
        if (string.IsNullOrEmpty(certName)) return new CertificateRule { Insecure = insecure };
        if (!certName.StartsWith(PinPrefix, StringComparison.Ordinal)) return new CertificateRule { Name = certName, Insecure = insecure };
        var hex = certName[PinPrefix.Length..];
        if (hex.Length != 64 || !hex.All(char.IsAsciiHexDigit))
            throw new FormatException($"'{RelayText.Printable(certName)}' is no pin; sha256-raw: and 64 hex digits were expected");
        return new CertificateRule { Pin = hex.ToLowerInvariant(), Insecure = insecure };
    }
}
