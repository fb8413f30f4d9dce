using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Relay.Protocol.Keys;
using Relay.Server.Acme;
using Relay.Server.Http;
using Relay.Server.Transport;
using Relay.Server.Transport.Tls;

namespace Relay.Server.Tests.Http;

/// <summary>The real HTTP server on loopback ports, one per role, before a relay that only echoes.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestHost(WebApplication app, FakeRelay relay)
    {
        _app = app;
        Relay = relay;
        Ports = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!
            .Addresses.Select(address => new Uri(address).Port)];
    }

    public FakeRelay Relay { get; }

    public IReadOnlyList<int> Ports { get; }

    /// <summary>Public without TLS.</summary>
    public int Plain => Ports[0];

    /// <summary>Public with TLS.</summary>
    public int Tls => Ports[1];

    public int PlainHttp => Ports[2];

    public int Admin => Ports[3];

    public ConnectionGate Gate => _app.Services.GetRequiredService<ConnectionGate>();

    public TlsCounters TlsCounters => _app.Services.GetRequiredService<TlsCounters>();

    public static async Task<TestHost> StartAsync(
        Func<RelayHttpOptions, RelayHttpOptions>? change = null,
        CertificateSelector? certificates = null,
        TimeProvider? time = null,
        Action<IServiceCollection>? services = null,
        NodeKey? key = null,
        IAcmeChallenges? acme = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var relay = new FakeRelay();
        if (key is { } given) relay.PublicKey = given;
        builder.Services.AddSingleton<IRelay>(relay);
        if (time is not null) builder.Services.AddSingleton(time);
        services?.Invoke(builder.Services);
        var context = TestCertificates.Context(TestCertificates.One);
        var tls = new TlsOptions { Certificates = certificates ?? (_ => context), Acme = acme };
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        var options = new RelayHttpOptions { Acme = acme };
        builder.AddRelayHttp(
            change?.Invoke(options) ?? options,
            new RelayListener(any, ListenerRole.Public),
            new RelayListener(any, ListenerRole.Public, tls),
            new RelayListener(any, ListenerRole.PlainHttp),
            new RelayListener(any, ListenerRole.Admin));
        var app = builder.Build();
        app.UseRelayHttp();
        app.MapRelayHealth();
        await app.StartAsync();
        return new TestHost(app, relay);
    }

    public Task<WireClient> ConnectAsync() => WireClient.ConnectAsync(Plain);

    public Task<WireClient> ConnectTlsAsync(Action<SslClientAuthenticationOptions>? change = null) => WireClient.ConnectTlsAsync(Tls, change);

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(deadline.Token);
        await _app.DisposeAsync();
    }
}
