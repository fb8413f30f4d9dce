using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Relay.Agent.Tests.Doctor;

/// <summary>Something in between that passes all on, but refuses some requests, and cuts a connection that sends too much.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly IPEndPoint _to;
    private readonly int _most;
    private readonly string? _refused;
    private readonly Task _serving;

    public CuttingProxy(IPEndPoint to, int most = int.MaxValue, string? refused = null)
    {
        (_to, _most, _refused) = (to, most, refused);
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _over.Dispose();
    }

    private async Task ServeAsync()
    {
        var all = new List<Task>();
        while (!_over.IsCancellationRequested)
        {
            try
            {
                all.Add(PassAsync(await _listener.AcceptTcpClientAsync(_over.Token)));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                break;
            }
        }

        await Task.WhenAll(all);
    }

    private async Task PassAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(_to, _over.Token);
            if (_refused is not null && await RefusesAsync(near.GetStream(), far.GetStream(), _refused)) return;
            await Task.WhenAny(CopyAsync(near.GetStream(), far.GetStream(), _most), CopyAsync(far.GetStream(), near.GetStream(), int.MaxValue));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    // A client writes its request in one go.
    private async Task<bool> RefusesAsync(NetworkStream from, NetworkStream to, string refused)
    {
        var buffer = new byte[4096];
        var read = await from.ReadAsync(buffer, _over.Token);
        var refuses = Encoding.ASCII.GetString(buffer, 0, read).Contains(refused, StringComparison.Ordinal);
        if (refuses) await from.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _over.Token);
        else await to.WriteAsync(buffer.AsMemory(0, read), _over.Token);
        return refuses;
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, int most)
    {
        var buffer = new byte[4096];
        try
        {
            for (int read; most > 0 && (read = await from.ReadAsync(buffer, _over.Token)) > 0; most -= read)
                await to.WriteAsync(buffer.AsMemory(0, read), _over.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // One of the two is gone; the caller closes the other.
        }
    }
}
