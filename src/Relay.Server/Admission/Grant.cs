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
    private long _renewAt = Never;

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

    /// <summary>Lets it last until <paramref name="expires"/> (null for good), with a renewal from <paramref name="renewAt"/> on.</summary>
    public void LastUntil(DateTimeOffset? expires, DateTimeOffset? renewAt = null)
    {
        Volatile.Write(ref _expires, expires?.UtcTicks ?? Never);
        Volatile.Write(ref _renewAt, renewAt?.UtcTicks ?? Never);
    }

    /// <summary>Has the next renewal begin then; its end stays.</summary>
    public void RenewAt(DateTimeOffset then) => Volatile.Write(ref _renewAt, then.UtcTicks);

    /// <summary>Whether it has been revoked or has run out.</summary>
    public bool IsOver(DateTimeOffset now) => _revoked || now.UtcTicks >= Volatile.Read(ref _expires);

    /// <summary>Whether a renewal is due; true once until the next <see cref="LastUntil"/>, however many connections hold the grant.</summary>
    public bool TakeRenewal(DateTimeOffset now)
    {
        var due = Volatile.Read(ref _renewAt);
        return now.UtcTicks >= due && Interlocked.CompareExchange(ref _renewAt, Never, due) == due;
    }
}
