using System.Net.NetworkInformation;
using Relay.Client;

namespace Relay.Agent.Up.Network;

/// <summary>What .NET tells of changes, and a look every few seconds for what it does not.</summary>
internal sealed class PortableWatch : INetworkWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Nudge _changed = new();
    private readonly TimeProvider _time;

    internal PortableWatch(TimeProvider time)
    {
        _time = time;
        NetworkChange.NetworkAddressChanged += OnChanged;
        NetworkChange.NetworkAvailabilityChanged += OnChanged;
    }

    public async Task<NetworkEvents> NextAsync(CancellationToken stop)
    {
        // Addresses are compared with the last; a route is not seen, so it is not claimed to have changed.
        await _changed.WaitAsync(Interval, _time, stop);
        return NetworkEvents.Something;
    }

    public void Dispose()
    {
        NetworkChange.NetworkAddressChanged -= OnChanged;
        NetworkChange.NetworkAvailabilityChanged -= OnChanged;
    }

    private void OnChanged(object? sender, EventArgs e) => _changed.Set();
}
