using System.Net;

namespace Relay.Paths.PortMapping;

/// <summary>NAT-PMP towards one router.</summary>
internal sealed class NatPmpClient(IPEndPoint router, int localPort, PortMapperOptions options) : IPortProtocol
{
    private readonly RouterSocket _socket = new(router, options);
    private readonly Epoch _epoch = new(options.TimeProvider);

    public PortMappingProtocol Protocol => PortMappingProtocol.NatPmp;

    /// <summary>The router's address outside; null when it does not speak the protocol, or does not know it.</summary>
    internal async Task<NatPmpAddress?> AddressAsync(CancellationToken stop) =>
        await _socket.AskAsync(NatPmpMessages.AddressRequest(), NatPmpMessages.ReadAddress, stop).ConfigureAwait(false);

    public async Task<PortLease?> MapAsync(int wanted, TimeSpan lifetime, CancellationToken stop)
    {
        if (await AddressAsync(stop).ConfigureAwait(false) is not { Result: 0 } address) return null;
        var mapping = await AskAsync(wanted, lifetime, stop).ConfigureAwait(false);
        if (mapping is not { Result: 0 }) return null;
        _ = _epoch.HasRestarted(mapping.Epoch); // from now on counted anew
        return PortLease.Make(address.Address, mapping.Port, mapping.Seconds);
    }

    public async Task<bool> HoldsAsync(PortLease lease, CancellationToken stop)
    {
        // Silence is no proof of anything: the lease runs on.
        if (await AddressAsync(stop).ConfigureAwait(false) is not { } answer) return true;
        return !_epoch.HasRestarted(answer.Epoch) && answer.Result == 0 && answer.Address.Equals(lease.External.Address);
    }

    public Task ReleaseAsync(PortLease lease, CancellationToken stop) => AskAsync(0, TimeSpan.Zero, stop);

    public void Dispose() => _socket.Dispose();

    private Task<NatPmpMapping?> AskAsync(int wanted, TimeSpan lifetime, CancellationToken stop) => _socket.AskAsync(
        NatPmpMessages.MapRequest(localPort, wanted, lifetime), datagram => NatPmpMessages.ReadMapping(datagram, localPort), stop);
}
