using System.Net;
using System.Security.Cryptography;

namespace Relay.Paths.PortMapping;

/// <summary>PCP towards one router. The nonce makes the mapping ours: only who knows it may change it.</summary>
internal sealed class PcpClient(IPEndPoint router, int localPort, PortMapperOptions options) : IPortProtocol
{
    private readonly RouterSocket _socket = new(router, options);
    private readonly Epoch _epoch = new(options.TimeProvider);
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(PcpMessages.NonceSize);

    public PortMappingProtocol Protocol => PortMappingProtocol.Pcp;

    /// <summary>Whether the router speaks the protocol.</summary>
    internal Task<PcpAnswer?> AnnounceAsync(CancellationToken stop) =>
        _socket.AskAsync(PcpMessages.Announce(_socket.LocalAddress), PcpMessages.ReadAnnounce, stop);

    public async Task<PortLease?> MapAsync(int wanted, TimeSpan lifetime, CancellationToken stop)
    {
        var answer = await AskAsync(wanted, lifetime, stop).ConfigureAwait(false);
        if (answer is not { Result: 0, Address: { } address }) return null;
        _ = _epoch.HasRestarted(answer.Epoch); // from now on counted anew
        return PortLease.Make(address, answer.Port, answer.Seconds);
    }

    // Silence is no proof of anything: the lease runs on.
    public async Task<bool> HoldsAsync(PortLease lease, CancellationToken stop) =>
        await AnnounceAsync(stop).ConfigureAwait(false) is not { } answer || !_epoch.HasRestarted(answer.Epoch);

    public Task ReleaseAsync(PortLease lease, CancellationToken stop) => AskAsync(0, TimeSpan.Zero, stop);

    public void Dispose() => _socket.Dispose();

    private Task<PcpAnswer?> AskAsync(int wanted, TimeSpan lifetime, CancellationToken stop) => _socket.AskAsync(
        PcpMessages.MapRequest(_socket.LocalAddress, _nonce, localPort, wanted, lifetime),
        datagram => PcpMessages.ReadMapping(datagram, _nonce, localPort), stop);
}
