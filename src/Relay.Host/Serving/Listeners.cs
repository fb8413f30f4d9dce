using System.Collections.Immutable;
using System.Net;
using Relay.Host.Configuration;
using Relay.Host.Startup;
using Relay.Server.Http;
using Relay.Server.Transport;
using Relay.Server.Transport.Tls;

namespace Relay.Host.Serving;

/// <summary>The TCP listeners that the options ask for, and where they ended up.</summary>
internal sealed class Listeners
{
    private readonly ImmutableArray<(Setting Setting, RelayListener Listener)> _all;

    private Listeners(ImmutableArray<(Setting, RelayListener)> all) => _all = all;

    internal IEnumerable<RelayListener> All => _all.Select(l => l.Listener);

    /// <summary>The flag and the address of the first that does not listen; null when all do.</summary>
    internal (Setting Setting, IPEndPoint EndPoint)? FirstUnbound
    {
        get
        {
            var unbound = _all.FirstOrDefault(l => l.Listener.BoundEndPoint is null);
            return unbound.Listener is null ? null : (unbound.Setting, unbound.Listener.EndPoint);
        }
    }

    internal static Listeners Of(RelaydOptions options, Identity identity)
    {
        var tls = identity.Certificates is { } certificates ? new TlsOptions { Certificates = _ => certificates.Context, Acme = identity.Acme?.Challenges } : null;
        var all = ImmutableArray.CreateBuilder<(Setting, RelayListener)>();
        foreach (var endPoint in options.Listen) all.Add((Settings.Listen, new RelayListener(endPoint, ListenerRole.Public, tls)));
        if (options.HttpListen is { } http) all.Add((Settings.HttpListen, new RelayListener(http, ListenerRole.PlainHttp)));
        all.Add((Settings.AdminListen, new RelayListener(options.AdminListen, ListenerRole.Admin)));
        return new Listeners(all.ToImmutable());
    }

    /// <summary>Where everything listens. Only once all do.</summary>
    internal BoundEndPoints Bound(IEnumerable<IPEndPoint> stun) => new(
        [.. Of(ListenerRole.Public)], Of(ListenerRole.PlainHttp).FirstOrDefault(), [.. stun], Of(ListenerRole.Admin).Single());

    /// <summary>Takes no more clients; the operator's endpoints stay.</summary>
    internal void StopAccepting()
    {
        foreach (var listener in All)
        {
            if (listener.Role != ListenerRole.Admin) listener.StopAccepting();
        }
    }

    private IEnumerable<IPEndPoint> Of(ListenerRole role) => All.Where(l => l.Role == role).Select(l => l.BoundEndPoint!);
}
