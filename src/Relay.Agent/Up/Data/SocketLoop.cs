using System.Net.Sockets;
using Relay.Udp;

namespace Relay.Agent.Up.Data;

/// <summary>
/// Owns a socket, and the thread that waits for its datagrams with a writer for what it makes of them. A socket that breaks is
/// made anew, at the same address, which WireGuard or a router knows: at once, and then less and less often.
/// </summary>
internal sealed class SocketLoop(UdpSocket socket, Func<UdpSocket> bindAgain) : IDisposable
{
    private const int StackSize = 256 * 1024;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _closing = new();
    private volatile UdpSocket _socket = socket;
    private Thread? _thread;
    private TimeSpan _pause;

    /// <summary>The one in use now.</summary>
    internal UdpSocket Socket => _socket;

    /// <summary>Begins to read.</summary>
    /// <param name="io">How.</param>
    /// <param name="name">The thread's name.</param>
    /// <param name="failed">Hears of what the writer could not send.</param>
    /// <param name="broke">Hears when the socket is replaced.</param>
    /// <param name="receive">Called with what there is.</param>
    internal void Start(UdpIo io, string name, SendFailed failed, SocketBroke broke, Action<IDatagramReader, IDatagramWriter> receive)
    {
        _thread = new Thread(() => Run(io, io.CreateWriter(failed), broke, receive), StackSize) { IsBackground = true, Name = name };
        _thread.Start();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closing.Set();
            _socket.Stop();
        }

        _thread?.Join();
        _socket.Dispose();
    }

    private void Run(UdpIo io, IDatagramWriter writer, SocketBroke broke, Action<IDatagramReader, IDatagramWriter> receive)
    {
        do
        {
            var reader = io.CreateReader(_socket);
            while (reader.Receive())
            {
                _pause = TimeSpan.Zero;
                receive(reader, writer);
            }
        }
        while (_socket.Failure is { } error && TryReplace(error, broke));
    }

    private bool TryReplace(SocketError error, SocketBroke broke)
    {
        var at = _socket.LocalAddress;
        _socket.Dispose();
        // A socket that breaks again before anything came to it has been spoken of.
        var (tell, hindered) = (_pause == TimeSpan.Zero, false);
        while (!_closing.Wait(_pause))
        {
            _pause = _pause == TimeSpan.Zero ? ShortestPause : _pause < LongestPause / 2 ? _pause * 2 : LongestPause;
            try
            {
                if (!TryUse(bindAgain())) return false;
                if (tell) broke(at, error, null);
                return true;
            }
            catch (SocketException e)
            {
                if (tell && !hindered) broke(at, error, e.SocketErrorCode);
                hindered = true;
            }
        }

        return false;
    }

    private bool TryUse(UdpSocket made)
    {
        lock (_gate)
        {
            if (!_closing.IsSet)
            {
                _socket = made;
                return true;
            }
        }

        made.Dispose();
        return false;
    }
}
