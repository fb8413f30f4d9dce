using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Relay.Testing;

/// <summary>
/// A port of loopback that leads elsewhere: into a network namespace, or to a server whose answers are to come late. Bytes
/// keep their order and their pace; all of them come as much later.
/// </summary>
public sealed class Doorway : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly Func<CancellationToken, Task<Socket>> _open;
    private readonly Task _accepting;
    private long _lateness;

    /// <param name="open">Connects to where it leads.</param>
    public Doorway(Func<CancellationToken, Task<Socket>> open)
    {
        _open = open;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How much later answers come. Default not at all.</summary>
    public TimeSpan Lateness
    {
        get => new(Interlocked.Read(ref _lateness));
        set => Interlocked.Exchange(ref _lateness, value.Ticks);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true) _ = ServeAsync(await _listener.AcceptSocketAsync(_closing.Token));
    }

    private async Task ServeAsync(Socket outside)
    {
        using (outside)
        {
            try
            {
                using var inside = await _open(_closing.Token);
                (outside.NoDelay, inside.NoDelay) = (true, true);

                // One way's end is the connection's: whoever speaks through here closes, and does not half close.
                await Task.WhenAny(PumpAsync(outside, inside, () => TimeSpan.Zero), PumpAsync(inside, outside, () => Lateness));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // Nobody is there: whoever came is sent away.
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Func<TimeSpan> lateness)
    {
        var onTheWay = Channel.CreateBounded<(long At, byte[] Bytes)>(1024);
        var writing = WriteAsync(onTheWay.Reader, to, lateness);
        try
        {
            var buffer = new byte[64 * 1024];
            while (await from.ReceiveAsync(buffer, _closing.Token) is > 0 and var length)
                await onTheWay.Writer.WriteAsync((TimeProvider.System.GetTimestamp(), buffer[..length]), _closing.Token);
        }
        catch (SocketException)
        {
            // As good as closed.
        }

        onTheWay.Writer.Complete();
        await writing;
    }

    private async Task WriteAsync(ChannelReader<(long At, byte[] Bytes)> onTheWay, Socket to, Func<TimeSpan> lateness)
    {
        await foreach (var (at, bytes) in onTheWay.ReadAllAsync(_closing.Token))
        {
            var left = lateness() - TimeProvider.System.GetElapsedTime(at);
            if (left > TimeSpan.Zero) await Task.Delay(left, TimeProvider.System, _closing.Token);
            await to.SendAsync(bytes, _closing.Token);
        }
    }
}
