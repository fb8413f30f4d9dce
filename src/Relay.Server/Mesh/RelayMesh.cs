using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Server.Balance;
using Relay.Server.Connections;

namespace Relay.Server.Mesh;

/// <summary>The links of a relay to the others of its region. Thread safe.</summary>
public sealed class RelayMesh : IAsyncDisposable
{
    private static readonly TimeSpan BeatInterval = TimeSpan.FromMilliseconds(250);

    private readonly RelayServer _relay;
    private readonly Lock _gate = new();
    private readonly Dictionary<NodeKey, MeshLink> _claims = [];
    private readonly ITimer _heartbeat;
    private readonly HeldPackets _held;
    private readonly IPresence? _presence;
    private readonly Balancer _balancer;
    private volatile MeshLink[] _links = [];
    private bool _disposed;

    /// <param name="relay">Whose packets are forwarded.</param>
    /// <param name="dialer">Opens connections.</param>
    /// <param name="options">How links are kept.</param>
    /// <param name="presence">Says who is where; null where the links do.</param>
    /// <param name="logger">Where links coming and going are logged.</param>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    public RelayMesh(RelayServer relay, IMeshDialer dialer, MeshOptions options, ILogger<RelayMesh> logger, IPresence? presence = null)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        (_relay, Dialer, Options, Logger) = (relay, dialer, options, logger);
        _held = new HeldPackets(Context.Time, TellNotFound);
        _presence = presence;
        _balancer = new Balancer(relay, this);
        if (presence is not null) relay.Context.Directory.Region = this;
        _heartbeat = Context.Time.CreateTimer(static mesh => ((RelayMesh)mesh!).Beat(), this, BeatInterval, BeatInterval);
    }

    /// <summary>How each link stands. Walks all clients: meant for scrapes and tests.</summary>
    public IReadOnlyList<MeshLinkSnapshot> Links =>
        [.. _links.Select(link => link.Snapshot(link.RelayKey.IsZero ? 0 : _relay.ForwardedBy(link.RelayKey)))];

    /// <summary>Packets given up because nobody said in time where their key is.</summary>
    public long NotFoundInTime => _held.Dropped;

    /// <summary>Clients asked to go to another relay, because this one had too many.</summary>
    public long Shed => _balancer.Shed;

    /// <summary>As <see cref="RelayOptions.ShedAbove"/>, which it begins with. Takes effect within a second.</summary>
    public int? ShedAbove
    {
        get => _balancer.ShedAbove;
        set => _balancer.ShedAbove = value;
    }

    /// <summary>The other relays that live; null while nobody can tell.</summary>
    internal Neighbourhood? Neighbourhood
    {
        get
        {
            if (_presence is not null) return _presence.Neighbours is { } others ? new Neighbourhood(others, isWhole: false) : null;
            var links = _links;
            return new Neighbourhood(
                [.. links.Where(link => link.IsUp).Select(link => new Neighbour(null, link.Announced.Count))],
                Array.TrueForAll(links, link => link.IsSound));
        }
    }

    internal SessionContext Context => _relay.Context;

    internal IMeshDialer Dialer { get; }

    internal MeshOptions Options { get; }

    internal ILogger Logger { get; }

    /// <summary>
    /// Makes these the members: links to new ones begin, links to those that are no longer among them end, all others go on
    /// undisturbed.
    /// </summary>
    public async Task SetMembersAsync(IReadOnlyCollection<MeshMember> members)
    {
        MeshLink[] leaving;
        lock (_gate)
        {
            if (_disposed) return;
            var wanted = members.ToHashSet();
            leaving = [.. _links.Where(link => !wanted.Contains(link.Member))];
            var staying = _links.Except(leaving).ToList();
            wanted.ExceptWith(staying.Select(link => link.Member));
            _links = [.. staying, .. wanted.Select(member => new MeshLink(member, this))];
        }

        foreach (var link in leaving) await link.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Ends all links.</summary>
    public async ValueTask DisposeAsync()
    {
        await SetMembersAsync([]).ConfigureAwait(false);
        lock (_gate) _disposed = true;
        await _heartbeat.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A link reached the relay with this key. False: it is this one, or another link leads there already.</summary>
    internal bool Claim(NodeKey relay, MeshLink link)
    {
        lock (_gate) return relay != Context.Key.Public && _claims.TryAdd(relay, link);
    }

    /// <summary>The link that had claimed the relay with this key is down.</summary>
    internal void Release(NodeKey relay, MeshLink link)
    {
        lock (_gate)
        {
            if (_claims.GetValueOrDefault(relay) == link) _claims.Remove(relay);
        }
    }

    /// <summary>The link to the member of this name; null when there is none.</summary>
    internal MeshLink? LinkTo(string name) => _links.FirstOrDefault(link => link.Member.Name == name);

    /// <summary>This member has the key, and no other one; null: no other relay has it.</summary>
    public void Place(NodeKey key, MeshMember? member) => Context.Directory.Place(key, LinkTo(member));

    /// <summary>Whether a link to this member is up.</summary>
    public bool IsUp(MeshMember member) => LinkTo(member)?.IsUp ?? false;

    /// <summary>As <see cref="Place"/>, in answer to <see cref="IPresence.Find"/>: what waits for the key goes there.</summary>
    public void Found(NodeKey key, MeshMember member)
    {
        var link = LinkTo(member);
        Context.Directory.Place(key, link);
        _held.Release(key, link?.Outbox);
    }

    /// <summary>Nobody has the key: what waits for it is dropped.</summary>
    public void NotFound(NodeKey key) => _held.Release(key, null);

    /// <summary>
    /// A packet is for a key that is not known here. True: it is kept until somebody says where the key is. Only the first
    /// packets to somebody come here.
    /// </summary>
    internal bool TryHold(NodeKey key, NodeKey source, ReadOnlySpan<byte> frame, PacketKind kind)
    {
        if (!_held.TryHold(key, source, frame, kind, out var first)) return false;
        if (first) _presence!.Find(key);
        return true;
    }

    internal void OnHere(NodeKey key) => _presence!.Here(key);

    internal void OnLeft(NodeKey key) => _presence!.Gone(key);

    internal void OnHeard(NodeKey key, NodeKey relay) => _presence!.HeardFrom(key, relay);

    internal void OnPresent(NodeKey key, MeshLink link)
    {
        if (Options.Watch) Context.Directory.Announce(key, link);
    }

    internal void OnGone(NodeKey key, MeshLink link)
    {
        if (_presence is null) Context.Directory.Retract(key, link);
        else _presence.Mistaken(key, link.Member);
    }

    private void TellNotFound(NodeKey key, NodeKey source)
    {
        if (Context.Directory.Find(source)?.Local is not { } sender) return;
        Context.Directory.TellNotHere(key, sender);
        sender.Outbox.Flush();
    }

    private MeshLink? LinkTo(MeshMember? member) => member is null ? null : _links.FirstOrDefault(link => link.Member == member);

    private void Beat()
    {
        var now = Context.Clock.Milliseconds;
        foreach (var link in _links) Try(() => link.OnBeat(now));
        if (_presence is not null) Try(_held.OnBeat);
        Try(() => _balancer.OnBeat(now));
    }

    private void Try(Action beat)
    {
        try
        {
            beat();
        }
        catch (Exception e)
        {
            // This is a timer's root: what escapes from here ends the process.
            Log.BeatFault(Logger, e);
        }
    }
}
