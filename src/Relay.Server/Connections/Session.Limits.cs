using Relay.Protocol.Handshake;
using Relay.Server.Limits;

namespace Relay.Server.Connections;

/// <summary>
/// What the client may send. It is told with the ServerInfo, for a client that keeps to it loses less than one that is
/// held back; whoever does not keep to it is not read from for a while.
/// </summary>
internal sealed partial class Session
{
    private void Announce(ByteRate? rate)
    {
        _announcedRate = rate;
        Outbox.AppendControl(new ServerInfo
        {
            TokenBucketBytesPerSecond = rate?.BytesPerSecond ?? 0,
            TokenBucketBytesBurst = rate?.Burst ?? 0,
        }.ToFrame(_context.Key, Key));
    }

    // Once for each read. True when the next one must wait.
    private bool Charge(int bytes)
    {
        var rate = Rate;
        if (rate != _announcedRate)
        {
            Announce(rate);
            Touch(Outbox);
        }

        if (rate is null && Network?.Rate is null) return false;
        if (_pacer is null) Volatile.Write(ref _pacer, new Pacer(_context.RateLimits, _context.Time));
        return _pacer!.Charge(bytes, rate, Network);
    }

    // What was read before has been passed on, and the event loop goes on with the others.
    private async ValueTask HoldBackAsync()
    {
        FlushTouched();
        _buffer.Park();
        var wait = _pacer!.WaitAsync();

        // An end that came before the wait has woken nobody.
        if (Volatile.Read(ref _end) != NotEnded) _pacer.Wake();
        await wait.ConfigureAwait(false);
    }
}
