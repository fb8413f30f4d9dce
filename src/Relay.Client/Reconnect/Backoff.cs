namespace Relay.Client.Reconnect;

/// <summary>
/// How long to wait before the next attempt: after the n-th failure in a row n² steps, at most the limit, times a random 0.5
/// to 1.5, so that the clients of a relay that fell over do not come back in step (spec/derp.md 16.2).
/// </summary>
internal sealed class Backoff(RelayClientOptions options)
{
    // While a restarting relay is expected back: soon, but spread.
    private static readonly TimeSpan RestartStep = TimeSpan.FromMilliseconds(250);

    private readonly TimeProvider _time = options.TimeProvider;
    private int _failures;
    private long _toldAt;
    private (TimeSpan ReconnectIn, TimeSpan TryFor)? _restart;

    /// <summary>A message came: the next failure is a first one again.</summary>
    public void Reset() => _failures = 0;

    /// <summary>The relay has told when to come back. Both times are believed up to a limit; returns what is believed.</summary>
    public (TimeSpan ReconnectIn, TimeSpan TryFor) Restarting(TimeSpan reconnectIn, TimeSpan tryFor)
    {
        _toldAt = _time.GetTimestamp();
        _restart = (Limited(reconnectIn), Limited(tryFor));
        return _restart.Value;
    }

    /// <summary>The connection stands again.</summary>
    public void Connected() => _restart = null;

    /// <summary>The pause after one more failure.</summary>
    public TimeSpan Next()
    {
        if (_restart is { } restart)
        {
            var since = _time.GetElapsedTime(_toldAt);
            if (since < restart.ReconnectIn) return restart.ReconnectIn - since;
            if (since < restart.ReconnectIn + restart.TryFor) return Soon();
            _restart = null;
        }

        _failures = Math.Min(_failures + 1, 1_000_000);
        var steps = options.ReconnectStep.TotalSeconds * _failures * _failures;
        return Spread(TimeSpan.FromSeconds(Math.Min(steps, options.ReconnectLimit.TotalSeconds)));
    }

    /// <summary>The pause before one more attempt while a restart is under way. Thread safe.</summary>
    public TimeSpan Soon() => Spread(RestartStep);

    private TimeSpan Spread(TimeSpan pause) => pause * (0.5 + options.Chance());

    private TimeSpan Limited(TimeSpan asked) => asked < options.RestartLimit ? asked : options.RestartLimit;
}
