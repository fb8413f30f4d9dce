using System.Security.Authentication;
using Relay.Agent.Ping;
using Relay.Client;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;

namespace Relay.Agent.Doctor;

/// <summary>TLS, the switch to DERP, admission, and packets from one key to another and back, raw and over WebSocket.</summary>
internal static class DerpChecks
{
    private const int FewDays = 14;

    internal static async Task RunAsync(Examination on, CancellationToken stop)
    {
        using var key = NodePrivateKey.Generate();
        var connection = await ConnectAsync(on, "DERP", key, RelayTransport.Raw, stop);
        if (connection is null)
        {
            on.Skip("packets", $"no connection");
            on.Skip("WebSocket", $"no connection");
            return;
        }

        await using (connection)
        {
            Tls(on, connection);
            var timings = connection.Timings;
            var phases = FormattableString.Invariant($"TCP {timings.Tcp.TotalMilliseconds:0.0}, TLS {timings.Tls.TotalMilliseconds:0.0}, ")
                + FormattableString.Invariant($"upgrade {timings.Upgrade.TotalMilliseconds:0.0}, DERP {timings.Derp.TotalMilliseconds:0.0}");
            on.Ok("DERP", $"connected in {timings.Total.TotalMilliseconds:0.0} ms ({phases}), relay {connection.ServerKey}");
            await PacketsAsync(on, "packets", connection, RelayTransport.Raw, stop);
        }

        using var webKey = NodePrivateKey.Generate();
        var web = await ConnectAsync(on, "WebSocket", webKey, RelayTransport.WebSocket, stop);
        if (web is null) return;
        await using (web) await PacketsAsync(on, "WebSocket", web, RelayTransport.WebSocket, stop);
    }

    private static async Task<RelayConnection?> ConnectAsync(Examination on, string check, NodePrivateKey key, RelayTransport transport, CancellationToken stop)
    {
        try
        {
            return await RelayConnection.ConnectAsync(on.Source.Endpoint(on.Node), Options(key, transport), stop);
        }
        catch (RelayException e)
        {
            on.Fail(check, $"{e.Message}", Fix(e.Error));
            return null;
        }
    }

    private static RelayClientOptions Options(NodePrivateKey key, RelayTransport transport) =>
        new() { PrivateKey = key, Transport = transport, ConnectTimeout = Examination.Deadline, NodeTimeout = Examination.Deadline };

    private static void Tls(Examination on, RelayConnection connection)
    {
        if (connection.Tls is not { } tls)
        {
            on.Warn("TLS", $"none", "stock clients speak TLS only: plain HTTP is for development, or behind something that ends TLS");
            return;
        }

        var left = (tls.NotAfter - on.Time.GetUtcNow()).TotalDays;
        FormattableString seen = $"{(tls.Protocol == SslProtocols.Tls13 ? "1.3" : "1.2")}, {tls.Subject}{(tls.Pinned ? " (pinned)" : $" by {tls.Issuer}")}, {left:0} days left";
        if (left < FewDays) on.Warn("TLS", seen, "renew the certificate; relayd takes changed files over by itself");
        else on.Ok("TLS", seen);
        on.Ok("fast start", $"{(connection.FastStarted ? "yes: a round trip saved by the meta certificate" : "no: the full upgrade, one round trip more")}");
    }

    private static async Task PacketsAsync(Examination on, string check, RelayConnection connection, RelayTransport transport, CancellationToken stop)
    {
        using var otherKey = NodePrivateKey.Generate();
        var other = await ConnectAsync(on, check, otherKey, transport, stop);
        if (other is null) return;
        await using var closing = other;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var echoing = Echo.RunAsync(other, null, over.Token);
        var pinger = new Pinger(connection, otherKey.Public, on.Time);
        var (full, largest) = (await pinger.PingAsync(1, 1280, stop), await pinger.PingAsync(2, FrameLimits.MaxPacket, stop));
        await over.CancelAsync();
        await echoing.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        if (full is { } f && largest is { } l) on.Ok(check, $"1280 bytes there and back in {f.TotalMilliseconds:0.0} ms, 65536 bytes in {l.TotalMilliseconds:0.0} ms");
        else on.Fail(check, $"{(full is null ? "1280" : "65536")} bytes from one key to another did not come back", "look at relay_packets_dropped_total on the relay's admin listener");
    }

    private static string Fix(RelayError error) => error switch
    {
        RelayError.Dns => "give the name an A or AAAA record, or set IPv4 or IPv6 in the map",
        RelayError.Tcp or RelayError.Timeout => "see that relayd runs and that the firewall lets its port through",
        RelayError.Proxy => "see that the proxy of this machine's environment allows CONNECT to the relay",
        RelayError.Tls => "see that relayd speaks TLS on this port (--tls), and that nothing in between breaks it",
        RelayError.CertificateRejected => "use a certificate that is valid for the name, or pin this one with CertName (relay map prints it)",
        RelayError.PinMismatch => "take the pin that relayd prints at its start; if it did not change there, somebody is in between",
        RelayError.HttpStatus or RelayError.Upgrade => "no DERP there: look at the port, and at proxies in front that drop the Upgrade header",
        RelayError.Rejected => "the relay does not admit this key: have it admitted, or try from a node that is",
        _ => "look at relayd's log",
    };
}
