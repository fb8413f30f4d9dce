using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;
using Relay.Server;
using Relay.Server.Admission;
using Relay.Server.Http;
using Relay.Server.Transport;

namespace Relay.Client.Tests.Regions;

/// <summary>A region of one real relay, in this process, on a loopback port.</summary>
internal sealed class RegionServer : IAsyncDisposable
{
    private readonly NodePrivateKey _key = NodePrivateKey.Generate();
    private readonly WebApplication _app;
    private readonly RelayServer _relay;
    private int _stopped;

    private RegionServer(int id, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new RelayOptions()).AddSingleton(_key).AddSingleton<IAdmission, OpenAdmission>().AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<RelayServer>().AddSingleton<IRelay>(provider => provider.GetRequiredService<RelayServer>());
        builder.AddRelayHttp(new RelayHttpOptions(), new RelayListener(new IPEndPoint(IPAddress.Loopback, port), ListenerRole.Public));
        _app = builder.Build();
        _app.UseRelayHttp();
        _relay = _app.Services.GetRequiredService<RelayServer>();
        Id = id;
    }

    public int Id { get; }

    public int Port { get; private set; }

    /// <summary>Clients that are connected.</summary>
    public long Clients => _relay.Snapshot().Clients;

    /// <summary>Clients that call it their home.</summary>
    public long HomeClients => _relay.Snapshot().Home;

    public DerpRegion Region => At(Id, Port);

    /// <summary>A region whose one relay is at a port of loopback.</summary>
    public static DerpRegion At(int id, int port) => new()
    {
        RegionID = id,
        RegionCode = $"r{id}",
        RegionName = $"Region {id}",
        Nodes = [new DerpNode { Name = $"{id}a", RegionID = id, HostName = "127.0.0.1", IPv4 = "127.0.0.1", IPv6 = "none", DERPPort = port, STUNPort = -1 }],
    };

    public static async Task<RegionServer> StartAsync(int id, int port = 0)
    {
        var server = new RegionServer(id, port);
        await server._app.StartAsync();
        server.Port = new Uri(server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        return server;
    }

    /// <summary>Ends all connections at once and takes no more.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0) return;
        await _relay.DisposeAsync();
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _key.Dispose();
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
