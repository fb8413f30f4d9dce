namespace Relay.Client;

/// <summary>
/// The way from a relay that is about to restart, or has too many clients, to another one of its region, and back to the
/// region's first: the new connection comes first, then the end of the old.
/// </summary>
public sealed partial class RelayClient
{
    // The region needs a moment to notice, and what is on its way to the old connection still arrives there.
    private static readonly TimeSpan Overlap = TimeSpan.FromMilliseconds(250);

    // The clients of a relay that was away come back one by one.
    private static readonly TimeSpan HomeWithin = TimeSpan.FromMinutes(1);

    private readonly Lock _swapping = new();

    // Received from to its end, while what is sent goes over the new one already.
    private RelayConnection? _left;

    // The last connection that StateChanged told of; belongs to whoever receives.
    private RelayConnection? _announced;

    // Whose notice is being heeded. Relays may say it more than once.
    private RelayConnection? _warned;

    // From which the way to the first node was tried.
    private RelayConnection? _homesick;

    private void Move(RelayConnection from, (TimeSpan ReconnectIn, TimeSpan TryFor) told)
    {
        if (Interlocked.Exchange(ref _warned, from) != from && from == _connection)
            _ = MoveAsync(from, _endpoint.WithLast(from.Name), told.ReconnectIn, told.TryFor);
    }

    // A relay has found a fault with a connection that would be to the region's first node, had that one been there: once, it is tried.
    private void MoveHome(RelayConnection from)
    {
        if (_endpoint.FirstBefore(from.Name) is { } first && Interlocked.Exchange(ref _homesick, from) != from && from == _connection)
            _ = MoveAsync(from, first, HomeWithin * _options.Chance(), TimeSpan.Zero);
    }

    // Never throws: where it does not come to another connection, the present one goes on, and its end is like any other.
    private async Task MoveAsync(RelayConnection from, RelayEndpoint to, TimeSpan pause, TimeSpan tryFor)
    {
        try
        {
            await Task.Delay(pause, _options.TimeProvider, _closing.Token).ConfigureAwait(false);
            if (!await TryMoveAsync(from, to, tryFor).ConfigureAwait(false)) return;
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
    private async Task<bool> TryMoveAsync(RelayConnection from, RelayEndpoint to, TimeSpan tryFor)
    {
        var began = _options.TimeProvider.GetTimestamp();
        while (_connection == from)
        {
            try
            {
                var (next, preferred) = await DialAsync(to, _closing.Token).ConfigureAwait(false);
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
        // A restart may be told while the way home is under way: one of the two comes too late.
        lock (_swapping)
        {
            if (_connection != from) return false;
            Volatile.Write(ref _left, from);
            if (Interlocked.CompareExchange(ref _connection, next, from) == from && !_closing.IsCancellationRequested) return true;
            Interlocked.CompareExchange(ref _left, null, from);
            return false;
        }
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
