using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.Channels;
using Relay.Protocol.Keys;

namespace Relay.Client.Tests.Fakes;

/// <summary>A listener on loopback that hands its connections to the test, over TLS where it has a certificate.</summary>
internal sealed class FakeRelay : IAsyncDisposable
{
    private readonly Channel<FakeLink> _links = Channel.CreateUnbounded<FakeLink>();
    private readonly SslStreamCertificateContext? _certificate;
    private readonly SslProtocols _protocols;
    private readonly List<FakeLink> _all = [];
    private Socket _socket;

    public FakeRelay(SslStreamCertificateContext? certificate = null, SslProtocols protocols = SslProtocols.None, NodePrivateKey? key = null)
    {
        (_certificate, _protocols, Key) = (certificate, protocols, key ?? NodePrivateKey.Generate());
        _socket = Bound(0);
        Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
        _socket.Listen();
        _ = AcceptAsync(_socket);
    }

    public NodePrivateKey Key { get; }

    public int Port { get; }

    public string Url => $"{(_certificate is null ? "http" : "https")}://127.0.0.1:{Port}";

    /// <summary>What TLS was asked for, of the last connection.</summary>
    public string? ServerName { get; private set; }

    public Task<FakeLink> AcceptLinkAsync() => Within.TimeAsync(_links.Reader.ReadAsync(Within.Token), "a connection to the fake relay");

    /// <summary>Takes the next connection and does the handshake on it.</summary>
    public async Task<FakeLink> AdmitAsync() => await (await AcceptLinkAsync()).AdmitAsync();

    /// <summary>Takes no more connections; those that stand go on. The port stays its own: another test's relay does not get it.</summary>
    public void StopListening()
    {
        _socket.Dispose();
        _socket = Bound(Port);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        foreach (var link in _all) await link.DisposeAsync();
        Key.Dispose();
    }

    private static Socket Bound(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = SecureAsync(new NetworkStream(socket, ownsSocket: true));
        }
    }

    private async Task SecureAsync(Stream stream)
    {
        try
        {
            if (_certificate is not null)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = _certificate, EnabledSslProtocols = _protocols });
                ServerName = tls.TargetHostName;
                stream = tls;
            }
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await stream.DisposeAsync();
            return;
        }

        var link = new FakeLink(stream, Key);
        lock (_all) _all.Add(link);
        _links.Writer.TryWrite(link);
    }
}
