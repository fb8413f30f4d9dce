using Relay.Agent.Maps;
using Relay.Agent.Ping;
using Relay.Client;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;

namespace Relay.Agent.Doctor;

/// <summary>TLS, the switch to DERP, admission, and packets from one key to another and back, raw and over WebSocket.</summary>
internal static class DerpChecks
{
    private const string WebSocket = "WebSocket";
    private const string Packets = "packets";

    internal static async Task RunAsync(Examination on, RelayEndpoint endpoint, CancellationToken stop)
    {
        if (!await RawAsync(on, endpoint, stop))
        {
            on.Skip(Packets, $"no connection");
            on.Skip(WebSocket, $"no connection");
            return;
        }

        using var made = NodePrivateKey.Generate();
        try
        {
            await using var web = await ConnectAsync(on, endpoint, on.Key ?? made, RelayTransport.WebSocket, stop);
            await PacketsAsync(on, WebSocket, endpoint, web, RelayTransport.WebSocket, stop);
        }
        catch (RelayException e)
        {
            on.Fail(WebSocket, $"{e.Message}", Fix(e, on));
        }
    }

    private static async Task<bool> RawAsync(Examination on, RelayEndpoint endpoint, CancellationToken stop)
    {
        using var made = NodePrivateKey.Generate();
        RelayConnection connection;
        try
        {
            connection = await ConnectAsync(on, endpoint, on.Key ?? made, RelayTransport.Raw, stop);
        }
        catch (RelayException e)
        {
            TlsChecks.Run(on, e.Tls);
            on.Fail("DERP", $"{e.Message}", Fix(e, on));
            return false;
        }

        await using (connection)
        {
            TlsChecks.Run(on, connection.Tls);
            if (connection.Tls is not null)
            {
                var (saved, spent) = ("yes: a round trip saved by the meta certificate", "no: the full upgrade, one round trip more");
                on.Ok("fast start", $"{(connection.FastStarted ? saved : spent)}");
            }

            var timings = connection.Timings;
            on.Ok("DERP", $"connected in {timings.Total.TotalMilliseconds:0.0} ms ({ConnectText.Phases(timings)}), relay {connection.ServerKey}");
            await PacketsAsync(on, Packets, endpoint, connection, RelayTransport.Raw, stop);
        }

        return true;
    }

    private static Task<RelayConnection> ConnectAsync(
        Examination on, RelayEndpoint endpoint, NodePrivateKey key, RelayTransport transport, CancellationToken stop)
    {
        var options = new RelayClientOptions
        {
            PrivateKey = key,
            Transport = transport,
            ConnectTimeout = Examination.Limit,
            NodeTimeout = Examination.Limit,
            TimeProvider = on.Time,
        };
        return RelayConnection.ConnectAsync(endpoint, options, stop);
    }

    // A connection that stood and then broke is a finding like any other: the checks after it still run.
    private static async Task PacketsAsync(
        Examination on, string check, RelayEndpoint endpoint, RelayConnection connection, RelayTransport transport, CancellationToken stop)
    {
        using var otherKey = NodePrivateKey.Generate();
        try
        {
            if (on.Key is { } key)
            {
                await PingAsync(on, check, new Pinger(connection, key.Public, on.Time, isSelf: true), stop);
                return;
            }

            await using var other = await ConnectAsync(on, endpoint, otherKey, transport, stop);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var echoing = Echo.RunAsync(other, null, over.Token);
            try
            {
                await PingAsync(on, check, new Pinger(connection, otherKey.Public, on.Time), stop);
            }
            finally
            {
                await over.CancelAsync();
                await ((Task)echoing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (RelayException e)
        {
            on.Fail(check, $"{e.Message}", Fix(e, on));
        }
    }

    private static async Task PingAsync(Examination on, string check, Pinger pinger, CancellationToken stop)
    {
        var full = await pinger.PingAsync(1, 1280, stop);
        var largest = await pinger.PingAsync(2, FrameLimits.MaxPacket, stop);
        if (full is { TotalMilliseconds: var f } && largest is { TotalMilliseconds: var l })
            on.Ok(check, $"1280 bytes there and back in {f:0.0} ms, {FrameLimits.MaxPacket} bytes in {l:0.0} ms");
        else
        {
            on.Fail(check, $"{(full is null ? 1280 : FrameLimits.MaxPacket)} bytes from one key to another did not come back",
                "look at relay_packets_dropped_total on the relay's admin listener");
        }
    }

    private static string Fix(RelayException e, Examination on) => e.Error switch
    {
        RelayError.Dns => "give the name an A or AAAA record, or set IPv4 or IPv6 in the map",
        RelayError.Tcp or RelayError.Timeout => "see that relayd runs and that the firewall lets its port through",
        RelayError.Proxy => "see that the proxy of this machine's environment allows CONNECT to the relay",
        RelayError.Tls => "see that relayd speaks TLS on this port (--tls), and that nothing in between breaks it",
        RelayError.CertificateRejected or RelayError.PinMismatch => TlsChecks.Fix(e.Tls?.Fault ?? CertificateFault.NotTrusted, on),
        RelayError.HttpStatus or RelayError.Upgrade =>
            "no DERP there: look at the port, and at proxies in front that drop the Upgrade header",
        RelayError.Rejected when on.Key is null => "the relay does not admit this key, which is a throw-away one: give one that it admits with --key",
        RelayError.Rejected => "the relay does not admit this key: have it admitted",
        RelayError.Closed => "look at relayd's log for why it closed, and at what lies between (proxies, firewalls) for limits",
        _ => "look at relayd's log",
    };
}
