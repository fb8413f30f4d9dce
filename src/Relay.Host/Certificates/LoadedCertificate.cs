using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Relay.Host.Certificates;

/// <summary>A certificate that is ready to serve. Does not change; handshakes may go on using it after it was replaced.</summary>
internal sealed class LoadedCertificate
{
    /// <summary>The certificate with its private key.</summary>
    internal required X509Certificate2 Leaf { get; init; }

    /// <summary>What handshakes send; building it once here keeps chain building and the network out of them.</summary>
    internal required SslStreamCertificateContext Context { get; init; }

    /// <summary>The meta certificate is part of what is sent, so clients may start fast.</summary>
    internal required bool SendsMeta { get; init; }

    /// <summary>What the operator should mend.</summary>
    internal required ImmutableArray<string> Warnings { get; init; }

    internal DateTimeOffset NotBefore => new(Leaf.NotBefore.ToUniversalTime());

    /// <summary>For the metric of days left.</summary>
    internal DateTimeOffset NotAfter => new(Leaf.NotAfter.ToUniversalTime());

    /// <summary>The name by which DERP maps pin this very certificate (spec/derp.md 4.4).</summary>
    internal string Pin => PinOf(Leaf);

    /// <summary>The same for a certificate that is not loaded to be served.</summary>
    internal static string PinOf(X509Certificate2 leaf) => "sha256-raw:" + Convert.ToHexStringLower(leaf.GetCertHash(HashAlgorithmName.SHA256));
}
