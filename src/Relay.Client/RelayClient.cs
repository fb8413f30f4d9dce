using System.Runtime.CompilerServices;
using Polly;
using Polly.Retry;
using Relay.Client.Reconnect;
using Relay.Protocol.Keys;

namespace Relay.Client;

/// <summary>
/// A client that stays with a relay: connects, and connects again with growing, spread pauses when the connection is lost.
/// When a relay says that it is about to restart, it moves to another one of the region at the time it was asked to, before it
/// leaves the old one; where there is no other, it comes back at that time. When it is not on the region's first node, and the
/// relay finds fault with that, it moves there within a minute, once. The receive loop is what drives it: call <see cref="ReceiveAsync"/>
/// again and again; connecting, answering pings and noticing a dead relay all happen in there.
/// </summary>
/// <remarks>
/// Sending, pinging and disposing are thread safe; receiving is for one caller at a time. Events are raised inside
/// <see cref="ReceiveAsync"/> and <see cref="ConnectAsync"/>, in order with the messages (the last one inside
/// <see cref="DisposeAsync"/>); handlers must be quick and not throw.
/// </remarks>
public sealed partial class RelayClient : IAsyncDisposable
{
    private readonly RelayEndpoint _endpoint;
    private readonly RelayClientOptions _options;
    private readonly Backoff _backoff;
    private readonly ResiliencePipeline _untilConnected;
    private readonly CancellationTokenSource _closing = new();
    private volatile RelayConnection? _connection;
    private volatile bool _preferred;
    private volatile string? _health;
    private RelayException? _lost;
    private CancellationTokenSource? _attempts;
    private int _receiving;

    /// <summary>A client for <paramref name="endpoint"/>. Nothing is connected yet.</summary>
    public RelayClient(RelayEndpoint endpoint, RelayClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(options);
        (_endpoint, _options, _preferred, _backoff) = (endpoint, options, options.Preferred, new Backoff(options));
        _untilConnected = new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<RelayException>(),
                MaxRetryAttempts = int.MaxValue,
                DelayGenerator = _ => new ValueTask<TimeSpan?>(_backoff.Next()),
                OnRetry = retry =>
                {
                    Change(RelayState.Waiting, null, (RelayException?)retry.Outcome.Exception, retry.RetryDelay);
                    return default;
                },
            })
            .Build();
    }

    /// <summary>Connected, failed or lost (with the cause, and the pause before the next attempt), closed.</summary>
    public event EventHandler<RelayStateChangedEventArgs>? StateChanged;

    /// <summary>How things stand.</summary>
    public RelayState State { get; private set; } = RelayState.Idle;

    /// <summary>The connection in use; null while there is none.</summary>
    public RelayConnection? Connection => _connection;

    /// <summary>What the relay says is wrong with this connection; null when all is well, or nothing was said.</summary>
    public string? Health => _health;

    /// <summary>
    /// Connects once, without another attempt if that fails; for callers that want to know at once. Does nothing when there is
    /// a connection that stands. Not while receiving.
    /// </summary>
    /// <exception cref="RelayException">There is no connection.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        Enter();
        using var linked = Link(cancellationToken);
        try
        {
            if (_connection is not { Failure: null }) await ConnectOnceAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(RelayClient));
        }
        finally
        {
            Volatile.Write(ref _receiving, 0);
        }
    }

    /// <summary>
    /// The next message, of this connection or, when it breaks, of the next: never throws for a lost relay. The payload is
    /// valid until the next call. One call at a time.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another receive is under way.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed, before or meanwhile.</exception>
    public ValueTask<RelayMessage> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        Enter();
        try
        {
            if ((_left ?? _connection) is not { } connection || _connection != _announced) return ReceiveSlowAsync(null, null, cancellationToken);
            var receive = connection.ReceiveAsync(cancellationToken);
            if (!receive.IsCompletedSuccessfully) return ReceiveSlowAsync(connection, receive, cancellationToken);
            var message = Note(connection, receive.Result);
            Volatile.Write(ref _receiving, 0);
            return new ValueTask<RelayMessage>(message);
        }
        catch (Exception e) when (e is RelayException || (e is ObjectDisposedException && !_closing.IsCancellationRequested))
        {
            // It is over, and says so each time it is asked.
            return ReceiveSlowAsync(null, null, cancellationToken);
        }
        catch
        {
            Volatile.Write(ref _receiving, 0);
            throw;
        }
    }

    /// <summary>
    /// Sends a packet if there is a connection. Without one it is dropped at once, as relays drop too: whoever needs delivery
    /// must ask the other side. The packet must not change until the returned task completes. Thread safe.
    /// </summary>
    /// <returns>False: dropped, since there is no connection, or it broke. True: taken for writing, which promises no delivery.</returns>
    /// <exception cref="ArgumentException">The packet is longer than 65536 bytes.</exception>
    public ValueTask<bool> SendAsync(NodeKey to, ReadOnlyMemory<byte> packet, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        if (_connection is not { } connection) return new ValueTask<bool>(false);
        try
        {
            var send = connection.SendAsync(to, packet, cancellationToken);
            if (!send.IsCompletedSuccessfully) return SendSlowAsync(send);
            send.GetAwaiter().GetResult();
            return new ValueTask<bool>(true);
        }
        catch (Exception e) when (e is RelayException or ObjectDisposedException)
        {
            return new ValueTask<bool>(false);
        }
    }

    /// <summary>
    /// As <see cref="RelayConnection.TryPost"/>: never waits, and leaves the packet lying until <see cref="Flush"/>. False
    /// where there is no connection.
    /// </summary>
    /// <exception cref="ArgumentException">The packet is longer than 65536 bytes.</exception>
    public bool TryPost(NodeKey to, ReadOnlyMemory<byte> packet) => _connection?.TryPost(to, packet) ?? false;

    /// <summary>Writes what <see cref="TryPost"/> took. Does not wait for it. Thread safe.</summary>
    public void Flush() => _connection?.Flush();

    /// <summary>
    /// Gives up the present connection, or the attempt or pause there is instead, and connects anew at once: for when the
    /// network under it has changed. The receive under way does it. Thread safe.
    /// </summary>
    public void Reconnect()
    {
        _backoff.Reset();
        _left?.Abandon("the network changed");
        _connection?.Abandon("the network changed");
        try
        {
            Volatile.Read(ref _attempts)?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // They have just ended.
        }
    }

    /// <summary>Asks the relay for an answer, and returns how long that took. Somebody must be receiving meanwhile.</summary>
    /// <exception cref="RelayException">There is no connection, it broke, or nothing came in time.</exception>
    public Task<TimeSpan> PingAsync(CancellationToken cancellationToken = default) =>
        _connection is { } connection
            ? connection.PingAsync(cancellationToken)
            : Task.FromException<TimeSpan>(new RelayException(RelayError.Closed, $"there is no connection to {_endpoint} to ping over"));

    /// <summary>Tells the relay, now and after each reconnect, whether it is this client's home.</summary>
    public async ValueTask NotePreferredAsync(bool preferred, CancellationToken cancellationToken = default)
    {
        _preferred = preferred;
        try
        {
            if (_connection is { } connection) await connection.NotePreferredAsync(preferred, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RelayException or ObjectDisposedException)
        {
            // The next connection begins with it.
        }
    }

    /// <summary>Closes the connection; receives under way end with <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested) return;
        await _closing.CancelAsync().ConfigureAwait(false);
        foreach (var connection in new[] { _left, _connection })
        {
            if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
        }

        Change(RelayState.Closed, null, null, TimeSpan.Zero);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<RelayMessage> ReceiveSlowAsync(RelayConnection? connection, ValueTask<RelayMessage>? underWay, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                Announce();
                if (underWay is null) connection = _left ?? _connection;
                RelayException? failure = null;
                try
                {
                    var receive = underWay ?? connection?.ReceiveAsync(cancellation);
                    underWay = null;
                    if (receive is { } message) return Note(connection!, await message.ConfigureAwait(false));
                }
                catch (RelayException e)
                {
                    failure = e;
                }
                catch (ObjectDisposedException) when (!_closing.IsCancellationRequested)
                {
                    failure = new RelayException(RelayError.Closed, $"the connection to {_endpoint} was closed on this side");
                }

                if (!HasMovedFrom(connection)) await ReconnectAsync(connection, failure, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(RelayClient));
        }
        finally
        {
            Volatile.Write(ref _receiving, 0);
        }
    }

    private async ValueTask ReconnectAsync(RelayConnection? broken, RelayException? cause, CancellationToken cancellation)
    {
        if (broken is not null)
        {
            // It may have moved just now.
            if (Interlocked.CompareExchange(ref _connection, null, broken) != broken) return;
            _health = null;
            await broken.DisposeAsync().ConfigureAwait(false);
        }

        _lost = cause;

        using var linked = Link(cancellation);
        while (!await TryConnectAsync(linked.Token).ConfigureAwait(false))
        {
        }
    }

    // False: Reconnect was called meanwhile.
    private async ValueTask<bool> TryConnectAsync(CancellationToken cancellation)
    {
        using var attempts = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Volatile.Write(ref _attempts, attempts);
        try
        {
            await _untilConnected.ExecuteAsync(
                static async (client, token) =>
                {
                    // A lost connection counts as a failed attempt, so that the pipeline pauses before the next one.
                    if (Interlocked.Exchange(ref client._lost, null) is { } lost) throw lost;
                    await client.ConnectOnceAsync(token).ConfigureAwait(false);
                },
                this,
                attempts.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            Volatile.Write(ref _attempts, null);
        }
    }

    private async Task ConnectOnceAsync(CancellationToken cancellation)
    {
        var (connection, preferred) = await DialAsync(_endpoint, cancellation).ConfigureAwait(false);
        _connection = _announced = connection;
        if (_closing.IsCancellationRequested)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw new ObjectDisposedException(nameof(RelayClient));
        }

        if (_preferred != preferred) await NotePreferredAsync(_preferred, cancellation).ConfigureAwait(false);
        _backoff.Connected();
        Change(RelayState.Connected, connection, null, TimeSpan.Zero);
    }

    private async Task<(RelayConnection Connection, bool Preferred)> DialAsync(RelayEndpoint endpoint, CancellationToken cancellation)
    {
        var options = _options with { Preferred = _preferred };
        return (await RelayConnection.ConnectAsync(endpoint, options, cancellation).ConfigureAwait(false), options.Preferred);
    }

    private RelayMessage Note(RelayConnection from, RelayMessage message)
    {
        // ServerInfo came with the connection; a relay that says more than that is really there.
        _backoff.Reset();
        if (message.Kind == RelayMessageKind.Restarting)
        {
            Move(from, _backoff.Restarting(message.ReconnectIn, message.TryFor));
        }
        else if (message.Kind == RelayMessageKind.Health)
        {
            _health = message.ReadHealth();
            if (_health is not null) MoveHome(from);
        }

        return message;
    }

    private static async ValueTask<bool> SendSlowAsync(ValueTask send)
    {
        try
        {
            await send.ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is RelayException or ObjectDisposedException)
        {
            return false;
        }
    }

    private void Change(RelayState state, RelayConnection? connection, RelayException? cause, TimeSpan retryIn)
    {
        State = state;
        StateChanged?.Invoke(this, new RelayStateChangedEventArgs(state, connection, cause, retryIn));
    }

    private void Enter()
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        if (Interlocked.Exchange(ref _receiving, 1) != 0) throw new InvalidOperationException("another receive is under way; one at a time was expected");
    }

    private CancellationTokenSource Link(CancellationToken cancellation) =>
        CancellationTokenSource.CreateLinkedTokenSource(cancellation, _closing.Token);
}
