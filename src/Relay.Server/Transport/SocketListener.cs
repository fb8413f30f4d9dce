using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Relay.Server.Transport.Epoll;

namespace Relay.Server.Transport;

/// <summary>
/// Accepts until unbound. Neither a full house nor a lack of file descriptors ends that. Those who are not let in are refused
/// on a thread of the listener's own that nothing wakes but the kernel: a flood of them costs the others' threads nothing.
/// </summary>
internal sealed class SocketListener(
    Socket socket, ListenerRole role, ConnectionGate gate, SocketTransportOptions options, EventLoops loops, TimeProvider time, ILogger logger)
    : IConnectionListener
{
    // Long enough not to spin while descriptors are short, short enough that nobody notices once they are back.
    private static readonly TimeSpan ErrorPause = TimeSpan.FromMilliseconds(50);

    // After a refusal, when nobody else waits: a flood is then refused in batches, at one wake-up each, and whoever may come
    // in waits as little as that.
    private static readonly TimeSpan GatherPause = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan ErrorLogInterval = TimeSpan.FromMinutes(1);

    // What is in it was let in by the gate, which bounds it.
    private readonly Channel<SocketConnection> _admitted = Channel.CreateUnbounded<SocketConnection>(new() { SingleReader = true, SingleWriter = true });
    private readonly ManualResetEventSlim _unbound = new();
    private long? _errorLogged;
    private int _isRunning;

    /// <summary>Waits for the next connection; another one in tests, where descriptors run out on command.</summary>
    internal Func<Socket> Accept { get; init; } = socket.Accept;

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isRunning, 1) == 0) new Thread(Run) { IsBackground = true, Name = $"accept {EndPoint}" }.UnsafeStart();
        while (await _admitted.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_admitted.Reader.TryRead(out var connection)) return connection;
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        Unbind();
        return default;
    }

    /// <summary>Takes no more connections. Thread safe; further calls do nothing.</summary>
    public void Unbind()
    {
        _unbound.Set();
        socket.Dispose(); // which ends the wait for the next connection
        if (Interlocked.Exchange(ref _isRunning, 1) == 0) _admitted.Writer.Complete();
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    private void Run()
    {
        while (!_unbound.IsSet) _unbound.Wait(TakeNext());
        _admitted.Writer.Complete();
    }

    // How long to wait before the next one.
    private TimeSpan TakeNext()
    {
        try
        {
            if (Admit(Accept()) is not { } connection) return socket.Poll(0, SelectMode.SelectRead) ? TimeSpan.Zero : GatherPause;
            _admitted.Writer.TryWrite(connection);
            return TimeSpan.Zero;
        }
        catch (Exception e) when (_unbound.IsSet && e is SocketException or ObjectDisposedException)
        {
            return TimeSpan.Zero;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
        {
            return TimeSpan.Zero; // the client left before its turn
        }
        catch (Exception e)
        {
            // The root of this thread: whatever is wrong with one connection, the next one is taken.
            gate.AcceptFailed();
            LogError(e);
            return ErrorPause;
        }
    }

    private SocketConnection? Admit(Socket accepted)
    {
        var source = SourceOf(accepted);
        if (gate.TryEnter(source) != GateVerdict.Admitted)
        {
            // With a reset: a flood leaves nothing behind in the kernel, where each connection that we end first would stay a minute.
            accepted.Close(0);
            return null;
        }

        try
        {
            ListenSocket.Configure(accepted, options);
            return new SocketConnection(loops.Serve(accepted, time), role, gate, options);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // Reset while it was being set up.
            gate.Leave(source);
            accepted.Dispose();
            return null;
        }
    }

    private IPAddress? SourceOf(Socket accepted)
    {
        try
        {
            return options.SourceOf(accepted.RemoteEndPoint);
        }
        catch (SocketException)
        {
            return null; // reset before it was accepted
        }
    }

    private void LogError(Exception error)
    {
        var now = time.GetTimestamp();
        if (_errorLogged is { } last && time.GetElapsedTime(last, now) < ErrorLogInterval) return;
        _errorLogged = now;
        TransportLog.AcceptFailed(logger, EndPoint, error.Message);
    }
}
