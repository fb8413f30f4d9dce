namespace Relay.Server.Admission;

/// <summary>
/// One object for each network's name, for as long as anybody holds it. Names come from outside, so those that nobody
/// holds are forgotten. Thread safe.
/// </summary>
internal sealed class NetworkTable
{
    private const int FirstSweep = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, WeakReference<Network>> _networks = [];
    private int _nextSweep = FirstSweep;

    /// <summary>The network of this name.</summary>
    public Network Of(string name)
    {
        lock (_lock)
        {
            if (_networks.TryGetValue(name, out var known) && known.TryGetTarget(out var network)) return network;
            if (_networks.Count >= _nextSweep) Sweep();
            network = new Network(name);
            _networks[name] = new WeakReference<Network>(network);
            return network;
        }
    }

    private void Sweep()
    {
        foreach (var (name, known) in _networks)
        {
            if (!known.TryGetTarget(out _)) _networks.Remove(name);
        }

        _nextSweep = Math.Max(FirstSweep, 2 * _networks.Count);
    }
}
