using System.Net;
using System.Net.Sockets;

namespace Relay.Client.Dialing;

/// <summary>From an endpoint to a TCP connection: node after node, or through a proxy. TLS comes later.</summary>
internal static class Dialer
{
    /// <summary>What was reached, and the stream to it.</summary>
    internal sealed record Line(Stream Stream, RelayTarget Target, EndPoint? Remote);

    public static async Task<Line> DialAsync(RelayEndpoint endpoint, RelayClientOptions options, PhaseClock clock, CancellationToken cancellation)
    {
        RelayException? first = null;
        foreach (var target in endpoint.Targets)
        {
            using var limit = new CancellationTokenSource(Limit(endpoint, target, options), options.TimeProvider);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            try
            {
                return await DialAsync(target, options, clock, linked.Token).ConfigureAwait(false);
            }
            catch (RelayException e)
            {
                first ??= e;
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
            {
                first ??= new RelayException(RelayError.Tcp,
                    $"{target.Name} did not answer within {RelayText.Seconds(options.NodeTimeout)} while {clock.Phase}");
            }
        }

        throw endpoint.Targets.Count > 1 ? new RelayException(first!.Error, $"none of {endpoint} could be reached; the first: {first.Message}", first) : first!;
    }

    // A proxy looks up the name and connects before it answers, and a slow one is no reason to be cut off: where there is no other
    // node to try it has as long as connecting may take.
    private static TimeSpan Limit(RelayEndpoint endpoint, RelayTarget target, RelayClientOptions options) =>
        target.IsNode && (target != endpoint.Targets[^1] || Proxy(target, options) is null) ? options.NodeTimeout : Timeout.InfiniteTimeSpan;

    private static Uri? Proxy(RelayTarget target, RelayClientOptions options) =>
        options.ProxyUri ?? (options.UseEnvironmentProxy ? EnvironmentProxy.Find(target, options.Environment) : null);

    private static async Task<Line> DialAsync(RelayTarget target, RelayClientOptions options, PhaseClock clock, CancellationToken cancellation)
    {
        var proxy = Proxy(target, options);
        if (proxy is not null) return await HttpProxy.DialAsync(proxy, target, options, clock, cancellation).ConfigureAwait(false);
        var socket = await ConnectAsync(target, options, clock, cancellation).ConfigureAwait(false);
        return new Line(new NetworkStream(socket, ownsSocket: true), target, socket.RemoteEndPoint);
    }

    /// <summary>Resolves and connects, taking both times.</summary>
    public static async Task<Socket> ConnectAsync(RelayTarget target, RelayClientOptions options, PhaseClock clock, CancellationToken cancellation)
    {
        clock.Begin($"resolving {target.Host}");
        var addresses = await AddressBook.FindAsync(target, options, cancellation).ConfigureAwait(false);
        clock.Timings = new ConnectTimings { Dns = clock.Elapsed };

        clock.Begin($"connecting to {target.Name}");
        try
        {
            var socket = await AddressRace
                .RunAsync(addresses, (address, token) => ConnectAsync(new IPEndPoint(address, target.Port), token), options.TimeProvider, cancellation)
                .ConfigureAwait(false);
            clock.Timings = clock.Timings with { Tcp = clock.Elapsed };
            return socket;
        }
        catch (SocketException e)
        {
            var tried = string.Join(", ", addresses.Select(a => new IPEndPoint(a, target.Port)));
            throw new RelayException(RelayError.Tcp, $"no TCP connection to {target.Name} (tried {tried}): {e.Message}", e);
        }
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint address, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
