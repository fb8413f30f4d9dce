using System.Net;
using System.Net.Sockets;
using System.Text;
using Relay.Testing.Namespaces;

namespace Relay.NatLab.Tests.Lab;

/// <summary>An HTTP proxy that knows CONNECT.</summary>
internal sealed class LabProxy : IAsyncDisposable
{
    private const int MaxHead = 4096;

    private readonly NetworkNamespace _host;
    private readonly Socket _listener;
    private readonly Task _run;
    private int _tunnels;

    internal LabProxy(NetworkNamespace host, string address, int port)
    {
        _host = host;
        _listener = host.Make(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), port));
            socket.Listen();
            return socket;
        });
        _run = RunAsync();
    }

    internal int Tunnels => Volatile.Read(ref _tunnels);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _run;
    }

    private async Task RunAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            await using var near = new NetworkStream(client, ownsSocket: true);
            var (head, length) = (new byte[MaxHead], 0);
            while (length < MaxHead && head.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
            {
                var read = await near.ReadAsync(head.AsMemory(length));
                if (read == 0) return;
                length += read;
            }

            var target = IPEndPoint.Parse(Encoding.ASCII.GetString(head, 0, length).Split(' ')[1]);
            var socket = _host.Make(() => new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
            await socket.ConnectAsync(target);
            await using var far = new NetworkStream(socket, ownsSocket: true);
            Interlocked.Increment(ref _tunnels);
            await near.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray());
            await Task.WhenAny(near.CopyToAsync(far), far.CopyToAsync(near));
        }
        catch (Exception e) when (e is IOException or SocketException or FormatException)
        {
            // That tunnel ends.
        }
    }
}
