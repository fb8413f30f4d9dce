using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Relay.Server.Tests.Http;

/// <summary>A client that says exactly the bytes it is told to.</summary>
internal sealed class WireClient : IAsyncDisposable
{
    private WireClient(Socket socket, Stream stream)
    {
        Socket = socket;
        Stream = stream;
    }

    public Socket Socket { get; }

    public Stream Stream { get; }

    public SslStream Ssl => (SslStream)Stream;

    public static async Task<WireClient> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await Wait.For(socket.ConnectAsync(IPAddress.Loopback, port), "a TCP connection");
        return new WireClient(socket, new NetworkStream(socket, ownsSocket: true));
    }

    public static async Task<WireClient> ConnectTlsAsync(int port, Action<SslClientAuthenticationOptions>? change = null)
    {
        var plain = await ConnectAsync(port);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        };
        change?.Invoke(options);
        var tls = new SslStream(plain.Stream);
        try
        {
            await Wait.For(tls.AuthenticateAsClientAsync(options), "a TLS handshake");
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }

        return new WireClient(plain.Socket, tls);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => Wait.For(Stream.WriteAsync(bytes).AsTask(), "a write");

    public async Task<byte[]> ReadAsync(int length)
    {
        var bytes = new byte[length];
        await Wait.For(Stream.ReadExactlyAsync(bytes).AsTask(), $"{length} bytes");
        return bytes;
    }

    /// <summary>Reads up to the empty line, which is part of the result.</summary>
    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) head.Append((char)(await ReadAsync(1))[0]);
        return head.ToString();
    }

    public async Task<HttpAnswer> ReadAnswerAsync(bool head = false)
    {
        var answer = HttpAnswer.Parse(await ReadHeadAsync());
        var length = head || answer.Status is 101 or 204 ? 0 : answer.Length;
        return answer with { Body = Encoding.UTF8.GetString(await ReadAsync(length)) };
    }

    /// <summary>Everything until the server closes; a reset counts as a close.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        using var all = new MemoryStream();
        try
        {
            await Wait.For(Stream.CopyToAsync(all), "the server to close");
        }
        catch (IOException)
        {
        }

        return all.ToArray();
    }

    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
