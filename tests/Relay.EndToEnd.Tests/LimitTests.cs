using System.Net;
using System.Net.Sockets;
using Relay.Client;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.EndToEnd.Tests;

/// <summary>The limits on connections, as an operator sets them and as strangers meet them.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task MaxHandshakes_SilentConnectionsBeyondThem_AreEndedAndAClientGetsIn()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed", "--max-handshakes", "50");
        await using var silent = new Strangers(relayd.RelayEndPoint);
        await silent.ConnectAsync("127.0.0.1", 50);
        await Eventually.True(async () => await SumAsync(relayd, "relay_connections_handshaking") == 50, "all to shake hands");

        // Whether they came within a second of the first, and were refused, or later, and took the oldest ones' places.
        await silent.ConnectAsync("127.0.0.1", 10);
        await Eventually.True(async () => await RefusedAsync(relayd, "too_many_handshakes") == 10, "ten to have been ended");
        Assert.InRange(await SumAsync(relayd, "relay_connections_handshaking"), 40, 50);
        await Eventually.Done(silent.EndedAsync(10), "ten connections to end");

        await using var client = await ConnectAsync(relayd);
        Assert.Equal(1, await SumAsync(relayd, "relay_clients"));
        Assert.InRange(await SumAsync(relayd, "relay_connections_handshaking"), 1, 49);
    }

    [Fact]
    public async Task MaxPerSource_BeyondIt_TheSourceAloneIsRefused()
    {
        Requires.Linux(); // all of 127.0.0.0/8 is loopback
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed", "--max-per-source", "3");
        await using var one = new Strangers(relayd.RelayEndPoint);
        await one.ConnectAsync("127.0.0.2", 5);
        await Eventually.True(async () => await RefusedAsync(relayd, "too_many_from_source") == 2, "two to be refused");
        await Eventually.Done(one.EndedAsync(2), "two connections to end");
        Assert.Equal(3, await SumAsync(relayd, "relay_connections"));
        await using var client = await ConnectAsync(relayd);

        await one.DisposeAsync();
        await Eventually.True(async () => await SumAsync(relayd, "relay_connections") == 1, "the strangers to be gone");
        await using var again = new Strangers(relayd.RelayEndPoint);
        await again.ConnectAsync("127.0.0.2", 3);
        await Eventually.True(async () => await SumAsync(relayd, "relay_connections") == 4, "the source to be let in again");
        Assert.Equal(2, await RefusedAsync(relayd, "too_many_from_source"));
    }

    [Fact]
    public async Task AcceptPerSource_BeyondIt_TheSourceAloneIsRefused()
    {
        Requires.Linux();
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed", "--accept-per-source", "5");
        await using var one = new Strangers(relayd.RelayEndPoint);
        var began = TimeProvider.System.GetTimestamp();
        await one.ConnectAsync("127.0.0.2", 100);
        await Eventually.True(
            async () => await SumAsync(relayd, "relay_connections_accepted_total") + await RefusedAsync(relayd, "too_fast_from_source") == 100, "all to be judged");
        var most = 5 + 5 * TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        Assert.InRange(await SumAsync(relayd, "relay_connections_accepted_total"), 5, most);
        await using var client = await ConnectAsync(relayd);
        Assert.Equal(1, await SumAsync(relayd, "relay_clients"));
    }

    [Fact]
    public async Task AdminListener_OfWhichSomebodyHoldsManyConnections_ServesScrapes_AndKeepsFew()
    {
        Requires.Linux(); // where open files are counted
        await using var relayd = await RelaydProcess.StartAsync();
        var before = await SumAsync(relayd, "relay_process_open_files");
        await using var silent = new Strangers(relayd.AdminEndPoint);
        await silent.ConnectAsync("127.0.0.1", 300);

        // For a second at most, newcomers are refused; after that the oldest make room for them.
        var open = 0.0;
        await Eventually.True(
            async () =>
            {
                try
                {
                    open = await SumAsync(relayd, "relay_process_open_files");
                    return true;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "a scrape");
        Assert.InRange(open - before, 1, 150);
    }

    // As somebody would: until it works.
    private static async Task<RelayConnection> ConnectAsync(RelaydProcess relayd)
    {
        RelayConnection? connection = null;
        await Eventually.True(
            async () =>
            {
                try
                {
                    connection = await RelayConnection.ConnectAsync(relayd.Endpoint, new RelayClientOptions { PrivateKey = NodePrivateKey.Generate() });
                    return true;
                }
                catch (RelayException)
                {
                    return false;
                }
            },
            "a client to get in");
        return connection!;
    }

    private static Task<double> RefusedAsync(RelaydProcess relayd, string reason) => SumAsync(relayd, $"relay_connections_refused_total{{reason=\"{reason}\"}}");

    private static async Task<double> SumAsync(RelaydProcess relayd, string series) => (await relayd.MetricsAsync()).Sum(series);

    /// <summary>Connections that say nothing.</summary>
    private sealed class Strangers(IPEndPoint relay) : IAsyncDisposable
    {
        private readonly List<(Socket Socket, Task Ended)> _all = [];

        public async Task ConnectAsync(string source, int count)
        {
            for (var i = 0; i < count; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(source), 0));
                _all.Add((socket, await BeginAsync(socket)));
            }
        }

        /// <summary>Completes once the relay has ended so many of them.</summary>
        public async Task EndedAsync(int count)
        {
            var left = _all.Select(one => one.Ended).ToList();
            while (_all.Count - left.Count < count) left.Remove(await Task.WhenAny(left));
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var (socket, ended) in _all)
            {
                socket.Dispose();
                await ended;
            }
        }

        private async Task<Task> BeginAsync(Socket socket)
        {
            try
            {
                await socket.ConnectAsync(relay);
            }
            catch (SocketException)
            {
                return Task.CompletedTask; // refused while it connected
            }

            return ReadAsync(socket);
        }

        private static async Task ReadAsync(Socket socket)
        {
            try
            {
                await socket.ReceiveAsync(new byte[1]);
            }
            catch (SocketException)
            {
                // Ended by the relay, or by us.
            }
        }
    }
}
