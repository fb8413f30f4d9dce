using Microsoft.Extensions.Logging.Abstractions;
using Relay.Protocol.Handshake;
using Relay.Server.Mesh;
using Relay.Testing;

namespace Relay.Server.Tests.Mesh;

/// <summary>Relays of one region in memory, each on its own clock, that dial each other by name.</summary>
internal sealed class MemoryMesh : IAsyncDisposable
{
    private readonly Dictionary<string, (TestRelay Relay, RelayMesh Mesh)> _nodes = [];

    /// <summary>Names that nobody reaches at this moment.</summary>
    public HashSet<string> Unreachable { get; } = [];

    /// <summary>Whoever dials waits for this first.</summary>
    public Task DiallingGoesOn { get; set; } = Task.CompletedTask;

    /// <summary>Names that nobody can even try to reach at this moment.</summary>
    public HashSet<string> Faulty { get; } = [];

    /// <summary>The connections that were dialled, as the dialling side has them: from, to.</summary>
    public List<(string From, string To, DuplexStream Near, DuplexStream Far)> Lines { get; } = [];

    public static MeshMember Member(string name) => new() { Name = name, Host = name, Port = 443 };

    public TestRelay this[string name] => _nodes[name].Relay;

    public RelayMesh Mesh(string name) => _nodes[name].Mesh;

    /// <summary>The end at which the second relay reads what the first one forwards.</summary>
    public DuplexStream Reader(string from, string to)
    {
        lock (Lines) return Lines.Last(line => line.From == from && line.To == to).Far;
    }

    public MeshLinkSnapshot Link(string from, string to) => Mesh(from).Links.Single(link => link.Name == to);

    public TestRelay Add(string name, MeshOptions? options = null, RelayOptions? relayOptions = null, IPresence? presence = null)
    {
        var relay = new TestRelay((relayOptions ?? new RelayOptions()) with { MeshKey = Raw.MeshKey('5') });
        _nodes[name] = (relay, new RelayMesh(relay.Server, new MemoryDialer(name, this), options ?? new MeshOptions(), NullLogger<RelayMesh>.Instance, presence));
        return relay;
    }

    /// <summary>Links the two, each to the other, and waits until both are up.</summary>
    public async Task LinkAsync(string a, string b)
    {
        await Mesh(a).SetMembersAsync([Member(b)]);
        await Mesh(b).SetMembersAsync([Member(a)]);
        await Eventually.True(() => IsUp(a, b) && IsUp(b, a), $"the links between {a} and {b}");
    }

    public bool IsUp(string from, string to) => Link(from, to).State == MeshLinkState.Up;

    /// <summary>Waits until the relay knows this many keys of others, itself and them not counted.</summary>
    public Task KnowsAsync(string name, int keys) => Eventually.True(() => this[name].Server.Snapshot().Remote == keys, $"{name} to know {keys} keys of others");

    public async ValueTask DisposeAsync()
    {
        // A link says its last words before it ends, and this clock stands still: nobody may leave them unread.
        lock (Lines) Lines.ForEach(line => line.Far.ResumeReading());
        foreach (var (_, mesh) in _nodes.Values) await mesh.DisposeAsync();
        foreach (var (relay, _) in _nodes.Values) await relay.DisposeAsync();
    }

    private async Task<MeshLine> DialAsync(string from, MeshMember member, CancellationToken cancellation)
    {
        await DiallingGoesOn.WaitAsync(cancellation);
        if (Faulty.Contains(member.Host)) throw new InvalidOperationException("a fault");
        if (Unreachable.Contains(member.Host)) throw new MeshException($"{member.Host} is not reachable");
        var client = this[member.Host].Open(new TestClientOptions { Key = this[from].Key, Info = new ClientInfo { MeshKey = Raw.MeshKey('5') } });
        await client.HandshakeAsync();
        lock (Lines) Lines.Add((from, member.Host, client.Stream, client.Far));
        return new MeshLine { Stream = client.Stream, RelayKey = this[member.Host].Key.Public };
    }

    private sealed class MemoryDialer(string from, MemoryMesh mesh) : IMeshDialer
    {
        public Task<MeshLine> DialAsync(MeshMember member, CancellationToken cancellationToken) => mesh.DialAsync(from, member, cancellationToken);
    }
}
