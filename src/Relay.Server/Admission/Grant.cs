using Relay.Server.Limits;

namespace Relay.Server.Admission;

/// <summary>
/// What a client was granted: a network, a rate, a time. A lease and no verdict: admission may prolong, change or revoke
/// it while the client is connected, and the heartbeat ends connections whose grant is over. Thread safe.
/// </summary>
/// <param name="network">Whom the client reaches; null for the one without a name.</param>
public sealed class Grant(Network? network)
{
    private const long Never = long.MaxValue;

    private volatile ByteRate? _rate;
    private volatile bool _revoked;
    private long _expires = Never;
    private Lease? _lease;

    /// <summary>Whom the client reaches. Never changes: a client that moves is disconnected, so that routes can be kept.</summary>
    public Network? Network { get; } = network;

    /// <summary>What the client may send; null for what the relay lets everybody send.</summary>
    public ByteRate? Rate
    {
        get => _rate;
        set => _rate = value;
    }

    /// <summary>The grant is over at once.</summary>
    public bool Revoked => _revoked;

    /// <summary>Ends it now.</summary>
    public void Revoke() => _revoked = true;

    /// <summary>Lets it last until a moment, by the date; null for good.</summary>
    public void LastUntil(DateTimeOffset? expires) => Volatile.Write(ref _expires, expires?.UtcTicks ?? Never);

    /// <summary>Lets it last for a time that passes whatever the system's date does, with a renewal before that. Begins now.</summary>
    public void LastFor(TimeSpan lasting, TimeSpan renewAfter, TimeProvider time) =>
        Volatile.Write(ref _lease, new Lease(time.GetTimestamp(), lasting, renewAfter));

    /// <summary>Takes back <see cref="LastFor"/>.</summary>
    public void LastForGood() => Volatile.Write(ref _lease, null);

    /// <summary>Has the next renewal begin after <paramref name="pause"/>; its end stays.</summary>
    public void RenewAfter(TimeSpan pause, TimeProvider time)
    {
        if (Volatile.Read(ref _lease) is { } lease)
            Volatile.Write(ref _lease, lease with { RenewAfter = time.GetElapsedTime(lease.Since) + pause });
    }

    /// <summary>Whether it has been revoked or has run out.</summary>
    public bool IsOver(TimeProvider time) =>
        _revoked
        || (Volatile.Read(ref _expires) is not Never and var expires && time.GetUtcNow().UtcTicks >= expires)
        || (Volatile.Read(ref _lease) is { } lease && time.GetElapsedTime(lease.Since) >= lease.Lasting);

    /// <summary>Whether a renewal is due; true once until the next <see cref="LastFor"/>, however many connections hold the grant.</summary>
    public bool TakeRenewal(TimeProvider time) =>
        Volatile.Read(ref _lease) is { } lease
        && time.GetElapsedTime(lease.Since) >= lease.RenewAfter
        && ReferenceEquals(Interlocked.CompareExchange(ref _lease, lease with { RenewAfter = TimeSpan.MaxValue }, lease), lease);

    /// <summary>Replaced, never changed.</summary>
    private sealed record Lease(long Since, TimeSpan Lasting, TimeSpan RenewAfter);
}
