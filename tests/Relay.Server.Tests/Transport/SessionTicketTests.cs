using System.Diagnostics;
using Relay.Server.Tests.Http;
using Relay.Testing;

namespace Relay.Server.Tests.Transport;

/// <summary>A client that comes back resumes its TLS session, for as long as the certificate is the same.</summary>
public sealed class SessionTicketTests
{
    [Theory]
    [InlineData("-tls1_3")]
    [InlineData("-tls1_2")]
    public async Task Client_ThatComesBack_ResumesItsSession(string version)
    {
        var context = TestCertificates.Context(TestCertificates.One);
        await using var host = await TestHost.StartAsync(certificates: _ => Volatile.Read(ref context));
        var session = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Assert.Contains("New, TLS", await RunAsync(host.Tls, version, "-sess_out", session), StringComparison.Ordinal);
            Assert.Contains("Reused, TLS", await RunAsync(host.Tls, version, "-sess_in", session), StringComparison.Ordinal);
            Volatile.Write(ref context, TestCertificates.Context(TestCertificates.Two));
            Assert.Contains("New, TLS", await RunAsync(host.Tls, version, "-sess_in", session), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(session);
        }
    }

    private static async Task<string> RunAsync(int port, params string[] arguments)
    {
        var start = new ProcessStartInfo(Requires.Tool("openssl")) { RedirectStandardOutput = true, RedirectStandardInput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["s_client", "-connect", $"127.0.0.1:{port}", "-servername", "localhost", "-ign_eof", .. arguments])
            start.ArgumentList.Add(argument);
        using var client = Process.Start(start)!;

        // The answer comes after the tickets, and closes the connection.
        await client.StandardInput.WriteAsync("GET /derp/probe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        client.StandardInput.Close();
        return await Wait.For(client.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), "openssl");
    }
}
