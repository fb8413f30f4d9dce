using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Relay.Server.Transport;
using Relay.Server.Transport.Proxies;
using Relay.Server.Transport.Tls;

namespace Relay.Server.Http;

/// <summary>Puts the relay's listeners and endpoints into an ASP.NET Core host.</summary>
public static class RelayHttp
{
    /// <summary>
    /// Registers the transport, the endpoints and the listeners. An <see cref="IRelay"/> must be registered as well. What is
    /// registered before this call stays: <see cref="TimeProvider"/>, <see cref="ConnectionGate"/>,
    /// <see cref="SocketTransportOptions"/>, <see cref="TlsCounters"/>, <see cref="IBootstrapDns"/>.
    /// </summary>
    public static WebApplicationBuilder AddRelayHttp(
        this WebApplicationBuilder builder, RelayHttpOptions options, params IEnumerable<RelayListener> listeners)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new ConnectionGate(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(new SocketTransportOptions());
        services.TryAddSingleton(new TlsCounters());
        services.TryAddSingleton(new ProxyCounters());
        services.AddSingleton(provider => provider.GetRequiredService<SocketTransportOptions>().Proxies);
        services.AddSingleton(options);
        services.AddSingleton<IConnectionListenerFactory, SocketTransportFactory>();
        services.AddSingleton<PublicHandler>();
        services.AddSingleton(new PlainHttpHandler(options.Acme));
        services.AddSingleton<DerpEndpoint>();
        services.AddSingleton<WebSocketEndpoint>();
        services.AddSingleton<HomePage>();
        services.AddSingleton(provider => new BootstrapDns(
            options.BootstrapNames, Dns.GetHostAddressesAsync,
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<BootstrapDns>>()));
        services.TryAddSingleton<IBootstrapDns>(provider => provider.GetRequiredService<BootstrapDns>());
        services.AddHostedService(provider => provider.GetRequiredService<BootstrapDns>());
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, listeners));
        return builder;
    }

    /// <summary>
    /// Answers what comes in by the public and the plain HTTP listeners. Only requests of the admin listeners reach what is
    /// added after this.
    /// </summary>
    public static IApplicationBuilder UseRelayHttp(this IApplicationBuilder app)
    {
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        var handler = app.ApplicationServices.GetRequiredService<PublicHandler>();
        var plain = app.ApplicationServices.GetRequiredService<PlainHttpHandler>();
        return app.Use((context, next) => context.Features.Get<IListenerFeature>()?.Role switch
        {
            ListenerRole.Admin => next(context),
            ListenerRole.PlainHttp => plain.HandleAsync(context),
            _ => handler.HandleAsync(context),
        });
    }

    /// <summary>Maps <c>/healthz</c> (200 <c>ok</c>) and <c>/readyz</c> (200 <c>ready</c>, or 503 and why not) for the admin listeners.</summary>
    /// <param name="endpoints">Where to map them.</param>
    /// <param name="remark">What the operator should know although the relay is ready, in a line of its own; null or empty for nothing.</param>
    public static IEndpointRouteBuilder MapRelayHealth(this IEndpointRouteBuilder endpoints, Func<string?>? remark = null)
    {
        // Whoever watches from outside may ask for the head alone.
        string[] methods = ["GET", "HEAD"];
        var relay = endpoints.ServiceProvider.GetRequiredService<IRelay>();
        endpoints.MapMethods("/healthz", methods, (RequestDelegate)(context => Reply.TextAsync(context, StatusCodes.Status200OK, "ok")));
        var options = endpoints.ServiceProvider.GetRequiredService<RelayHttpOptions>();
        endpoints.MapMethods("/readyz", methods, (RequestDelegate)(context => (relay.Draining ? "draining" : options.NotReady()) is { } reason
            ? Reply.TextAsync(context, StatusCodes.Status503ServiceUnavailable, reason)
            : Reply.TextAsync(context, StatusCodes.Status200OK, remark?.Invoke() is { Length: > 0 } text ? $"ready\n{text}\n" : "ready")));
        return endpoints;
    }

    private static void Configure(KestrelServerOptions kestrel, IEnumerable<RelayListener> listeners)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        limits.MaxRequestBodySize = 4 * 1024; // no endpoint reads a body
        limits.Http2.MaxStreamsPerConnection = 16;
        foreach (var listener in listeners)
            kestrel.Listen(new RelayEndPoint(listener), listen => Configure(listen, listener));
    }

    private static void Configure(ListenOptions listen, RelayListener listener)
    {
        var services = listen.ApplicationServices;
        var time = services.GetRequiredService<TimeProvider>();
        var proxies = services.GetRequiredService<TrustedProxies>();
        if (!proxies.IsEmpty && listener.Role != ListenerRole.Admin)
        {
            var (gate, said) = (services.GetRequiredService<ConnectionGate>(), services.GetRequiredService<ProxyCounters>());
            listen.Use(next => new ProxyConnectionMiddleware(next, proxies, gate, said, time).OnConnectionAsync);
        }

        if (listener.Tls is { } tls)
        {
            var counters = services.GetRequiredService<TlsCounters>();
            var logger = services.GetRequiredService<ILogger<TlsConnectionMiddleware>>();
            LeanOpenSsl.Apply();
            KeyUpdateLimit.Apply();
            listen.Use(next => new TlsConnectionMiddleware(next, tls, counters, time, logger).OnConnectionAsync);
        }

        if (listener.Role != ListenerRole.Public) return;
        var relay = services.GetRequiredService<IRelay>();
        var options = services.GetRequiredService<RelayHttpOptions>();
        listen.Use(next => new DerpConnectionMiddleware(next, relay, options, proxies, time).OnConnectionAsync);
    }
}
