namespace Relay.Client;

/// <summary>The way from a relay that is about to restart, or has too many clients, to another one of its region: first the new connection, then the end of the old.</summary>
public sealed partial class RelayClient
{
    // The region needs a moment to notice, and what is on its way to the old connection still arrives there.
    private static readonly TimeSpan Overlap = TimeSpan.FromMilliseconds(250);

    // Received from to its end, while what is sent goes over the new one already.
    private RelayConnection? _left;

    // The last connection that StateChanged told of; belongs to whoever receives.
    private RelayConnection? _announced;

    // Whose notice is being heeded. Relays may say it more than once.
    private RelayConnection? _warned;

    private void Move(RelayConnection from, (TimeSpan ReconnectIn, TimeSpan TryFor) told)
    {
        if (Interlocked.Exchange(ref _warned, from) != from && from == _connection) _ = MoveAsync(from, told.ReconnectIn, told.TryFor);
    }

    // Never throws: where it does not come to another connection, the present one goes on, and its end is like any other.
    private async Task MoveAsync(RelayConnection from, TimeSpan reconnectIn, TimeSpan tryFor)
    {
        try
        {
            await Task.Delay(reconnectIn, _options.TimeProvider, _closing.Token).ConfigureAwait(false);
            if (!await TryMoveAsync(from, tryFor).ConfigureAwait(false)) return;
            await Task.Delay(Overlap, _options.TimeProvider, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.CompareExchange(ref _left, null, from);
            await from.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is RelayException or OperationCanceledException or ObjectDisposedException)
        {
            // No other relay takes us, or this client is being closed.
        }
    }

    // As long as there is something to move from.
    private async Task<bool> TryMoveAsync(RelayConnection from, TimeSpan tryFor)
    {
        var began = _options.TimeProvider.GetTimestamp();
        var elsewhere = _endpoint.WithLast(from.Name);
        while (_connection == from)
        {
            try
            {
                var (next, preferred) = await DialAsync(elsewhere, _closing.Token).ConfigureAwait(false);
                if (TrySwap(from, next))
                {
                    if (_preferred != preferred) await NotePreferredAsync(_preferred, _closing.Token).ConfigureAwait(false);
                    return true;
                }

                await next.DisposeAsync().ConfigureAwait(false);
            }
            catch (RelayException) when (_options.TimeProvider.GetElapsedTime(began) < tryFor)
            {
                // The other one may be busy with those who moved before.
                await Task.Delay(_backoff.Soon(), _options.TimeProvider, _closing.Token).ConfigureAwait(false);
            }
        }

        return false;
    }

    private bool TrySwap(RelayConnection from, RelayConnection next)
    {
        Volatile.Write(ref _left, from);
        if (Interlocked.CompareExchange(ref _connection, next, from) == from && !_closing.IsCancellationRequested) return true;
        Interlocked.CompareExchange(ref _left, null, from);
        return false;
    }

    // Whether the end of this connection is no loss, since another one is in use by now.
    private bool HasMovedFrom(RelayConnection? ended)
    {
        if (ended is null || _connection is not { } now || now == ended) return false;
        Interlocked.CompareExchange(ref _left, null, ended);
        return true;
    }

    private void Announce()
    {
        if (_connection is not { } connection || connection == _announced) return;
        _announced = connection;
        _backoff.Connected();
        _health = null;
        Change(RelayState.Connected, connection, null, TimeSpan.Zero);
    }
}
