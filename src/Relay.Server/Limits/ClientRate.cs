namespace Relay.Server.Limits;

/// <summary>What each client may send that admission gave no rate of its own. Changes while clients are connected.</summary>
internal sealed class ClientRate
{
    private volatile ByteRate? _current;

    /// <summary>Null for no limit.</summary>
    public ByteRate? Current
    {
        get => _current;
        set => _current = value;
    }
}
