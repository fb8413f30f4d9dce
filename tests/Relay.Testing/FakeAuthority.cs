using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Relay.Testing;

/// <summary>
/// A small ACME authority behind an <see cref="HttpClient"/>: checks signatures, addresses and nonces as a real one does,
/// and misbehaves on command. A test against a real one is elsewhere; this one can be slow, down, and wrong in any way.
/// </summary>
public sealed class FakeAuthority(TimeProvider time) : HttpMessageHandler
{
    private const string Root = "https://ca.test/";

    private readonly ConcurrentDictionary<string, bool> _nonces = new();
    private readonly ECDsa _issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private JsonNode? _account;
    private X509Certificate2? _certificate;
    private string _state = "pending";
    private int _orders;

    /// <summary>Where its directory is.</summary>
    public static Uri Directory { get; } = new(Root + "dir");

    /// <summary>Called first for each request; an answer that it gives is the answer.</summary>
    public Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>> Misbehave { get; set; } = (_, _) => Task.FromResult<HttpResponseMessage?>(null);

    /// <summary>Which challenges it finds answered, by type.</summary>
    public Func<string, bool> Finds { get; set; } = _ => true;

    /// <summary>How long its certificates are valid.</summary>
    public TimeSpan Life { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Whom its certificates are for, whatever was asked for; null for what was asked for.</summary>
    public string? IssuesFor { get; set; }

    /// <summary>What it suggests for renewal; null when it has no such thing.</summary>
    public (DateTimeOffset Start, DateTimeOffset End)? Window { get; set; }

    /// <summary>The next so many good nonces are called bad.</summary>
    public int NoncesToReject { get; set; }

    /// <summary>Members of its directory's <c>meta</c>.</summary>
    public JsonObject Meta { get; } = [];

    /// <summary>Paths that were asked for, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>The messages of orders, in order.</summary>
    public ConcurrentQueue<JsonNode> Orders { get; } = new();

    /// <summary>The message that made the account.</summary>
    public JsonNode? Account => _account;

    /// <summary>How many certificates it has issued.</summary>
    public int Issued { get; private set; }

    /// <summary>An error as it says it.</summary>
    public static HttpResponseMessage Problem(HttpStatusCode status, string kind, string detail) => new(status)
    {
        Content = new StringContent(new JsonObject { ["type"] = "urn:ietf:params:acme:error:" + kind, ["detail"] = detail }.ToJsonString(), Encoding.UTF8, "application/problem+json"),
    };

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        Asked.Enqueue(path);
        if (await Misbehave(request, cancellationToken) is { } answer) return WithNonce(answer);
        if (path == "/dir") return Json(DirectoryMessage());
        if (path == "/nonce") return WithNonce(new HttpResponseMessage(HttpStatusCode.OK));
        if (path.StartsWith("/renewal/", StringComparison.Ordinal) && Window is { } window)
            return Json(new JsonObject { ["suggestedWindow"] = new JsonObject { ["start"] = window.Start.ToString("O"), ["end"] = window.End.ToString("O") } });

        var jws = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
        var header = JsonNode.Parse(Base64Url.DecodeFromChars((string)jws["protected"]!))!;
        if (!_nonces.TryRemove((string?)header["nonce"] ?? "", out _) || NoncesToReject-- > 0)
            return WithNonce(Problem(HttpStatusCode.BadRequest, "badNonce", "that one is not good"));
        NoncesToReject = Math.Max(0, NoncesToReject);
        if ((string?)header["url"] != request.RequestUri.OriginalString || !IsSigned(jws, header))
            return WithNonce(Problem(HttpStatusCode.BadRequest, "malformed", "not signed for here"));
        var payload = (string)jws["payload"]! is { Length: > 0 } text ? JsonNode.Parse(Base64Url.DecodeFromChars(text)) : null;
        return WithNonce(Handle(path, header, payload));
    }

    private HttpResponseMessage Handle(string path, JsonNode header, JsonNode? payload)
    {
        switch (path)
        {
            case "/account" when (bool?)payload!["onlyReturnExisting"] == true && _account is null:
                return Problem(HttpStatusCode.BadRequest, "accountDoesNotExist", "never heard of it");
            case "/account":
                _account ??= new JsonObject { ["key"] = header["jwk"]!.DeepClone(), ["message"] = payload!.DeepClone() };
                return Json(new JsonObject { ["status"] = "valid" }, Root + "account/1");
            case "/order":
                _state = "pending";
                Orders.Enqueue(payload!);
                return Json(Order(), $"{Root}order/{++_orders}");
            case "/finalize":
                Issue(payload!);
                _state = "valid";
                return Json(Order());
            case "/certificate":
                return WithNonce(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(_certificate!.ExportCertificatePem()) });
            case "/authorization":
                return Json(Authorization());
            case "/challenge/tls-alpn-01" or "/challenge/http-01":
                _state = Finds(path.Split('/')[^1]) ? "ready" : "invalid";
                return Json(new JsonObject { ["status"] = "processing" });
            default:
                return Json(Order());
        }
    }

    private JsonObject DirectoryMessage() => new()
    {
        ["newNonce"] = Root + "nonce",
        ["newAccount"] = Root + "account",
        ["newOrder"] = Root + "order",
        ["renewalInfo"] = Window is null ? null : Root + "renewal",
        ["meta"] = Meta.DeepClone(),
    };

    private JsonObject Order() => new()
    {
        ["status"] = _state,
        ["authorizations"] = new JsonArray(Root + "authorization"),
        ["finalize"] = Root + "finalize",
        ["certificate"] = _state == "valid" ? Root + "certificate" : null,
    };

    private JsonObject Authorization()
    {
        JsonObject Challenge(string type) => new() { ["type"] = type, ["url"] = $"{Root}challenge/{type}", ["token"] = "token-of-" + type };
        return new JsonObject
        {
            ["status"] = _state is "pending" or "invalid" ? _state : "valid",
            ["challenges"] = new JsonArray(Challenge("dns-01"), Challenge("http-01"), Challenge("tls-alpn-01")),
        };
    }

    private void Issue(JsonNode payload)
    {
        var csr = CertificateRequest.LoadSigningRequest(
            Base64Url.DecodeFromChars((string)payload["csr"]!), HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        if (IssuesFor is { } other)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(other);
            csr.CertificateExtensions.Clear();
            csr.CertificateExtensions.Add(names.Build());
        }

        csr.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(new byte[20]));
        var now = time.GetUtcNow();
        _certificate = csr.Create(new X500DistinguishedName("CN=fake"), X509SignatureGenerator.CreateForECDsa(_issuerKey), now, now + Life, RandomNumberGenerator.GetBytes(8));
        Issued++;
    }

    private bool IsSigned(JsonNode jws, JsonNode header)
    {
        var jwk = header["kid"] is null ? header["jwk"] : _account?["key"];
        if (jwk is null) return false;
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars((string)jwk["x"]!), Y = Base64Url.DecodeFromChars((string)jwk["y"]!) },
        });
        var signed = Encoding.ASCII.GetBytes($"{(string)jws["protected"]!}.{(string)jws["payload"]!}");
        return key.VerifyData(signed, Base64Url.DecodeFromChars((string)jws["signature"]!), HashAlgorithmName.SHA256);
    }

    private HttpResponseMessage Json(JsonNode node, string? location = null)
    {
        var response = WithNonce(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(node.ToJsonString(), Encoding.UTF8, "application/json") });
        if (location is not null) response.Headers.Location = new Uri(location);
        return response;
    }

    private HttpResponseMessage WithNonce(HttpResponseMessage response)
    {
        if (response.Headers.Contains("Replay-Nonce")) return response;
        var nonce = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        _nonces[nonce] = true;
        response.Headers.Add("Replay-Nonce", nonce);
        return response;
    }
}
