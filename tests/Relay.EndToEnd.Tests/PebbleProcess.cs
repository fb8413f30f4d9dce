using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

/// <summary>
/// A real ACME authority as processes of its own: Pebble, and its name server, for which every name is 127.0.0.1. It calls
/// a quarter of all good nonces bad: eleven in a row, after which relayd waits for a minute, do not come. Ended at the end, by their ids.
/// </summary>
internal sealed class PebbleProcess : IAsyncDisposable
{
    private const string Secret = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";

    private readonly DirectoryInfo _folder = System.IO.Directory.CreateTempSubdirectory("relayd-pebble-");
    private readonly int _management = FreePort.Tcp();
    private readonly HttpClient _http = new(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true });
    private readonly List<Process> _processes = [];

    /// <summary>Where it is; nobody is there before <see cref="StartAsync"/>.</summary>
    public Uri Directory { get; } = new($"https://127.0.0.1:{FreePort.Tcp()}/dir");

    /// <summary>A port on which it looks for the answer to TLS-ALPN-01.</summary>
    public int TlsPort { get; init; } = FreePort.Tcp();

    /// <summary>The same for HTTP-01.</summary>
    public int HttpPort { get; init; } = FreePort.Tcp();

    /// <summary>How long its certificates are valid.</summary>
    public TimeSpan Life { get; init; } = TimeSpan.FromDays(90);

    /// <summary>It takes only accounts that are bound to the one of <see cref="EabFlags"/>.</summary>
    public bool NeedsBinding { get; init; }

    /// <summary>For relayd's environment: whom to trust when it asks the authority.</summary>
    public Dictionary<string, string> Trust => new() { ["SSL_CERT_FILE"] = CertificateFile };

    private string CertificateFile => Path.Combine(_folder.FullName, "tls.crt");

    /// <summary>A folder for relayd's certificates, gone at the end.</summary>
    public string CertDir => Path.Combine(_folder.FullName, "certs");

    /// <summary>Flags of relayd to get certificates from here.</summary>
    public string[] Flags => ["--tls", "acme", "--acme-directory", Directory.OriginalString, "--cert-dir", CertDir];

    /// <summary>Flags that bind the account.</summary>
    public string[] EabFlags
    {
        get
        {
            var file = Path.Combine(_folder.FullName, "hmac");
            File.WriteAllText(file, Secret + "\n");
            return ["--acme-eab-kid", "kid-1", "--acme-eab-hmac-file", file];
        }
    }

    /// <summary>Writes what it needs; relayd may be started from here on.</summary>
    public PebbleProcess Prepare()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var request = new CertificateRequest("CN=pebble", key, HashAlgorithmName.SHA256) { CertificateExtensions = { names.Build() } };
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder.FullName, "tls.key"), key.ExportPkcs8PrivateKeyPem());
        return this;
    }

    public async Task<PebbleProcess> StartAsync()
    {
        var (pebble, names) = (Requires.Tool("pebble"), Requires.Tool("pebble-challtestsrv"));
        Prepare();
        var configuration = new JsonObject
        {
            ["listenAddress"] = Directory.Authority,
            ["managementListenAddress"] = $"127.0.0.1:{_management}",
            ["certificate"] = "tls.crt",
            ["privateKey"] = "tls.key",
            ["httpPort"] = HttpPort,
            ["tlsPort"] = TlsPort,
            ["ocspResponderURL"] = "",
            ["externalAccountBindingRequired"] = NeedsBinding,
            ["externalAccountMACKeys"] = new JsonObject { ["kid-1"] = Secret },
            ["certificateValidityPeriod"] = (long)Life.TotalSeconds,
        };
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "pebble.json"), new JsonObject { ["pebble"] = configuration }.ToJsonString());
        var dns = $"127.0.0.1:{FreePort.Tcp()}";
        Launch(names, "-defaultIPv6", "", "-http01", "", "-https01", "", "-tlsalpn01", "", "-management", $"127.0.0.1:{FreePort.Tcp()}", "-dns01", dns);
        Launch(pebble, "-config", "pebble.json", "-dnsserver", dns);
        await Eventually.True(IsUpAsync, "pebble to answer");
        return this;
    }

    /// <summary>The root that its certificates chain to.</summary>
    public async Task<X509Certificate2> RootAsync() =>
        X509Certificate2.CreateFromPem(await _http.GetStringAsync($"https://127.0.0.1:{_management}/roots/0"));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Launch(string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PEBBLE_VA_NOSLEEP"] = "1", ["PEBBLE_WFE_NONCEREJECT"] = "25", ["PEBBLE_AUTHZREUSE"] = "0" },
        })!;
        _processes.Add(process);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private async Task<bool> IsUpAsync()
    {
        try
        {
            return (await _http.GetAsync(Directory)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
