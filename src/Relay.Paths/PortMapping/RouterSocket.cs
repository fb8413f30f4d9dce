using System.Net;
using System.Net.Sockets;

namespace Relay.Paths.PortMapping;

/// <summary>
/// Questions to one port of the router over UDP, repeated with growing patience (RFC 6886, 3.1). Connected, so that the
/// kernel drops what comes from anywhere else.
/// </summary>
internal sealed class RouterSocket : IDisposable
{
    private static readonly TimeSpan[] Waits =
        [TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(1000)];

    private const int MostLate = 64;

    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private readonly byte[] _buffer = new byte[1500];

    /// <exception cref="SocketException">This machine has no way to the router.</exception>
    internal RouterSocket(IPEndPoint router, PortMapperOptions options)
    {
        _time = options.TimeProvider;
        _socket = options.CreateSocket(SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.Connect(router);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Reads an answer; null for a datagram that is none.</summary>
    internal delegate T? Reader<out T>(ReadOnlySpan<byte> datagram)
        where T : class;

    /// <summary>Our address towards the router.</summary>
    internal IPAddress LocalAddress => ((IPEndPoint)_socket.LocalEndPoint!).Address;

    /// <summary>Asks up to three times within two seconds; null when nothing came that <paramref name="read"/> takes for an answer.</summary>
    internal async Task<T?> AskAsync<T>(ReadOnlyMemory<byte> question, Reader<T> read, CancellationToken stop)
        where T : class
    {
        DropLateAnswers();
        foreach (var wait in Waits)
        {
            using var limit = new CancellationTokenSource(wait, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
            try
            {
                await _socket.SendAsync(question, either.Token).ConfigureAwait(false);
                while (true)
                {
                    var length = await _socket.ReceiveAsync(_buffer, either.Token).ConfigureAwait(false);
                    if (read(_buffer.AsSpan(0, length)) is { } answer) return answer;
                }
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                // Ask again.
            }
            catch (SocketException)
            {
                // Nobody listens there, or there is no way any more.
                return null;
            }
        }

        return null;
    }

    public void Dispose() => _socket.Dispose();

    // An answer to an earlier question tells of the past: its epoch would look like that of a router that has restarted.
    private void DropLateAnswers()
    {
        try
        {
            for (var i = 0; i < MostLate && _socket.Available > 0; i++) _socket.Receive(_buffer);
        }
        catch (SocketException)
        {
            // A refusal that came late, too.
        }
    }
}
