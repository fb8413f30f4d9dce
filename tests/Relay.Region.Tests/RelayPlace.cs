using System.Net;
using System.Net.Sockets;
using Relay.Testing;
using Relay.Testing.Namespaces;

namespace Relay.Region.Tests;

/// <summary>
/// Where a relay runs: on loopback beside the others, or on a host of its own, where others reach it by its address and
/// clients of this process through a door of loopback.
/// </summary>
internal sealed class RelayPlace : IAsyncDisposable
{
    private const int HttpsPort = 443;

    private Doorway? _door;

    /// <summary>The host of its own.</summary>
    public NetworkNamespace? Host { get; private init; }

    /// <summary>What it listens on.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>The address by which other relays reach it.</summary>
    public required string Address { get; init; }

    /// <summary>The port of loopback at which clients come in.</summary>
    public int ClientPort => _door?.Port ?? Listen.Port;

    public static RelayPlace OnLoopback() => new() { Listen = new IPEndPoint(IPAddress.Loopback, FreePort.Tcp()), Address = "127.0.0.1" };

    public static async Task<RelayPlace> OnHostOfItsOwnAsync(TestInternet internet, int number)
    {
        var address = $"203.0.113.{10 + number}";
        var host = await internet.AddHostAsync($"relay{number}", $"{address}/24");
        return new RelayPlace
        {
            Host = host,
            Listen = new IPEndPoint(IPAddress.Any, HttpsPort),
            Address = address,
            _door = new Doorway(async cancellation =>
            {
                var socket = host.Make(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                await socket.ConnectAsync(IPAddress.Loopback, HttpsPort, cancellation);
                return socket;
            }),
        };
    }

    /// <summary>From now on all that goes between the two vanishes, and neither is told.</summary>
    public Task CutAsync(RelayPlace other) => Host!.AddRulesAsync($$"""
        table ip cut {
          chain in {
            type filter hook input priority 0; policy accept;
            ip saddr {{other.Address}} drop
          }
          chain out {
            type filter hook output priority 0; policy accept;
            ip daddr {{other.Address}} drop
          }
        }
        """);

    /// <summary>Undoes <see cref="CutAsync"/>.</summary>
    public Task MendAsync() => Host!.RunAsync("nft", "delete", "table", "ip", "cut");

    public async ValueTask DisposeAsync()
    {
        if (_door is not null) await _door.DisposeAsync();
    }
}
