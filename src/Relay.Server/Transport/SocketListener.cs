using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Relay.Server.Transport.Epoll;

namespace Relay.Server.Transport;

/// <summary>Accepts until unbound. Neither a full house nor a lack of file descriptors ends that.</summary>
internal sealed class SocketListener(
    Socket socket, ListenerRole role, ConnectionGate? gate, SocketTransportOptions options, EventLoops loops, TimeProvider time, ILogger logger)
    : IConnectionListener
{
    // Long enough not to spin while descriptors are short, short enough that nobody notices once they are back.
    private static readonly TimeSpan ErrorPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ErrorLogInterval = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _unbound = new();
    private long? _errorLogged;
    private int _isUnbound;

    /// <summary>Takes the next connection; another one in tests, where descriptors run out on command.</summary>
    internal Func<CancellationToken, ValueTask<Socket>> Accept { get; init; } = socket.AcceptAsync;

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (!_unbound.IsCancellationRequested)
        {
            try
            {
                var accepted = await Accept(cancellationToken).ConfigureAwait(false);
                if (Admit(accepted) is { } connection) return connection;
            }
            catch (Exception e) when (_unbound.IsCancellationRequested && e is SocketException or ObjectDisposedException)
            {
                break;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // The client left before its turn.
            }
            catch (SocketException e)
            {
                gate?.AcceptFailed();
                LogError(e);
                if (!await PauseAsync(cancellationToken).ConfigureAwait(false)) break;
            }
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
        if (Interlocked.Exchange(ref _isUnbound, 1) != 0) return;
        _unbound.Cancel();
        socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync().ConfigureAwait(false);
        _unbound.Dispose();
    }

    private SocketConnection? Admit(Socket accepted)
    {
        var source = SourceOf(accepted);
        if (gate is not null && gate.TryEnter(source) != GateVerdict.Admitted)
        {
            accepted.Dispose();
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
            gate?.Leave(source);
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

    private async ValueTask<bool> PauseAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_unbound.Token, cancellation);
        try
        {
            await Task.Delay(ErrorPause, time, either.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void LogError(SocketException error)
    {
        var now = time.GetTimestamp();
        if (_errorLogged is { } last && time.GetElapsedTime(last, now) < ErrorLogInterval) return;
        _errorLogged = now;
        TransportLog.AcceptFailed(logger, EndPoint, error.Message);
    }
}
