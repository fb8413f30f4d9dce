using Relay.Server.Mesh;

namespace Relay.Server.Balance;

/// <summary>Keeps the clients of a region where they belong, as far as one relay can: by telling them.</summary>
internal sealed class Balancer
{
    private readonly RelayServer _relay;
    private readonly RelayMesh _region;
    private readonly IdealNotices _ideal;
    private readonly Shedding _shedding;
    private long _noticesAt;
    private int _beating;

    public Balancer(RelayServer relay, RelayMesh region)
    {
        (_relay, _region) = (relay, region);
        var options = relay.Context.Options;
        _ideal = new IdealNotices(relay.Sessions, options.NotIdealAfter);
        _shedding = new Shedding(relay.Sessions, relay.Context) { Mark = options.ShedAbove };
    }

    /// <summary>Clients that were asked to go.</summary>
    public long Shed => _shedding.Asked;

    /// <summary>How many clients are too many; null for none. Thread safe.</summary>
    public int? ShedAbove
    {
        get => _shedding.Mark;
        set => _shedding.Mark = value;
    }

    /// <summary>Called by the heartbeat.</summary>
    public void OnBeat(long now)
    {
        if (!_shedding.IsAtWork && now < _noticesAt) return;

        // Beats may overlap when the machine is busy. A relay that stops has told its clients where to go.
        if (_relay.Draining || Interlocked.Exchange(ref _beating, 1) != 0) return;
        var neighbours = _region.Neighbourhood;
        _shedding.OnBeat(now, neighbours ?? Neighbourhood.Empty);
        if (neighbours is not null && now >= _noticesAt)
        {
            _noticesAt = now + 1000;
            _ideal.OnSecond(now, neighbours, ShedAbove ?? int.MaxValue);
        }

        Volatile.Write(ref _beating, 0);
    }
}
