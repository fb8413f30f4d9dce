using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Relay.Host.Certificates;
using Relay.Host.Tests.Support;
using Relay.Testing;

namespace Relay.Host.Tests.Certificates;

/// <summary>What another TLS implementation sees.</summary>
public sealed class OpenSslTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task ShowCerts_SeesLeafAndMeta_InThisOrder(string version)
    {
        var relayKey = Made.RelayKey();
        var pem = SelfSigned.Make("relay.example.com", relayKey, TimeProvider.System.GetUtcNow());
        var loaded = new CertificateLoader("relay.example.com", relayKey, "crt", "key").Load(pem, TimeProvider.System.GetUtcNow());
        using var deadline = new CancellationTokenSource(Deadline);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        using var client = Start("s_client", "-showcerts", version, "-servername", "relay.example.com", "-connect", listener.LocalEndpoint.ToString()!);
        using var accepted = await listener.AcceptTcpClientAsync(deadline.Token);
        await using var server = new SslStream(accepted.GetStream());
        await server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = loaded.Context }, deadline.Token);
        client.StandardInput.Close();
        var printed = await client.StandardOutput.ReadToEndAsync(deadline.Token);
        await client.WaitForExitAsync(deadline.Token);

        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(printed.AsSpan(0, printed.IndexOf("Server certificate", StringComparison.Ordinal)));
        Assert.Equal(["CN=relay.example.com", "CN=derpkey" + relayKey.ToHex()], chain.Select(c => c.Subject));
    }

    [Theory]
    [InlineData("genrsa", "-traditional", "2048")]
    [InlineData("genpkey", "-algorithm", "RSA")]
    [InlineData("ecparam", "-name", "prime256v1", "-genkey")]
    [InlineData("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384")]
    public async Task Files_WithKeysAsOpenSslWritesThem_AreRead(params string[] makeKey)
    {
        using var folder = new TempFolder();
        var (crt, key) = (folder["relay.example.com.crt"], folder["relay.example.com.key"]);
        await RunAsync([makeKey[0], "-out", key, .. makeKey[1..]]);
        await RunAsync("req", "-x509", "-new", "-key", key, "-subj", "/CN=x", "-addext", "subjectAltName=DNS:*.example.com", "-days", "30", "-out", crt);

        var files = new CertificateFiles(folder.Root, "relay.example.com");
        var loaded = new CertificateLoader("relay.example.com", default, "crt", "key").Load(files.Read(), TimeProvider.System.GetUtcNow());

        Assert.Single(await Tls.ShakeAsync(loaded.Context, System.Security.Authentication.SslProtocols.Tls13));
        Assert.Empty(loaded.Warnings);
    }

    private static async Task RunAsync(params string[] args)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var process = Start(args);
        var error = await process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        Assert.True(process.ExitCode == 0, $"openssl {string.Join(' ', args)}: {error}");
    }

    private static Process Start(params string[] args) => Process.Start(new ProcessStartInfo(Requires.Tool("openssl"), args)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
