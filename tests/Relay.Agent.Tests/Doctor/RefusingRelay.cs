using System.Net;
using System.Net.Sockets;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;

namespace Relay.Agent.Tests.Doctor;

/// <summary>A plain relay that greets, and closes as soon as it has seen the client's key: nobody is admitted.</summary>
internal sealed class RefusingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly NodePrivateKey _key = NodePrivateKey.Generate();
    private readonly Task _serving;

    public RefusingRelay()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url => $"http://{_listener.LocalEndpoint}";

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Stop();
        await _serving;
        _key.Dispose();
        _over.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_over.Token);
                await GreetAsync(client.GetStream());
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // The test is over, or this client left first.
            }
        }
    }

    private async Task GreetAsync(NetworkStream stream)
    {
        var buffer = new byte[8192];
        await stream.ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false, _over.Token);
        await stream.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nUpgrade: DERP\r\nConnection: Upgrade\r\n\r\n"u8.ToArray(), _over.Token);
        var length = ServerKey.Write(buffer, _key.Public);
        await stream.WriteAsync(buffer.AsMemory(0, length), _over.Token);
        await stream.ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false, _over.Token);
    }
}
