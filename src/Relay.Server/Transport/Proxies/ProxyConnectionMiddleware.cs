using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Relay.Server.Transport.Proxies;

/// <summary>
/// Reads the PROXY header in front of a trusted proxy's connection, before TLS, and puts the client's address in force.
/// A proxy may also send none: its own address stays then, unless X-Forwarded-For says more.
/// </summary>
internal sealed class ProxyConnectionMiddleware(
    ConnectionDelegate next, TrustedProxies trusted, ConnectionGate gate, ProxyCounters counters, TimeProvider time)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    // For a header that comes in pieces, which none does: nothing tells of more bytes behind those that are there.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(10);

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        if (!trusted.Contains((connection.RemoteEndPoint as IPEndPoint)?.Address))
        {
            await next(connection).ConfigureAwait(false);
            return;
        }

        var (status, header) = await ReadAsync(((IRelayStreamFeature)connection.Features.Get<IRelayStreamFeature>()!).Socket).ConfigureAwait(false);
        if (status is ProxyHeaderStatus.Malformed or ProxyHeaderStatus.NeedMoreData)
        {
            counters.Add(ProxyHeaderResult.Malformed);
            return;
        }

        if (header.Source is null)
        {
            counters.Add(status == ProxyHeaderStatus.None ? ProxyHeaderResult.None : ProxyHeaderResult.Unknown);
            await next(connection).ConfigureAwait(false);
            return;
        }

        if (gate.TryEnterSource(header.Source.Address) != GateVerdict.Admitted)
        {
            counters.Add(ProxyHeaderResult.Refused);
            return;
        }

        try
        {
            counters.Add(ProxyHeaderResult.Client);
            connection.RemoteEndPoint = header.Source;
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            gate.LeaveSource(header.Source.Address);
        }
    }

    private async ValueTask<(ProxyHeaderStatus Status, ProxyHeader Header)> ReadAsync(SocketStream socket)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        var buffer = ArrayPool<byte>.Shared.Rent(ProxyHeader.MaxLength);
        try
        {
            while (true)
            {
                // Looked at and not taken: what follows may be TLS, which wants it whole.
                var seen = await socket.PeekAsync(buffer.AsMemory(0, ProxyHeader.MaxLength), deadline.Token).ConfigureAwait(false);
                var status = seen == 0 ? ProxyHeaderStatus.None : ProxyHeader.TryRead(buffer.AsSpan(0, seen), out _);
                if (status == ProxyHeaderStatus.NeedMoreData)
                {
                    await Task.Delay(LookAgain, time, deadline.Token).ConfigureAwait(false);
                    continue;
                }

                if (status != ProxyHeaderStatus.Complete) return (status, default);
                ProxyHeader.TryRead(buffer.AsSpan(0, seen), out var header);
                await socket.ReadExactlyAsync(buffer.AsMemory(0, header.Length), deadline.Token).ConfigureAwait(false);
                return (status, header);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return (ProxyHeaderStatus.Malformed, default);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
