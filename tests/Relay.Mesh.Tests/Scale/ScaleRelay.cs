using Microsoft.Extensions.Logging.Abstractions;
using Relay.Mesh.Cluster;
using Relay.Mesh.Redis;
using Relay.Protocol.Keys;
using Relay.Server;
using Relay.Server.Admission;
using Relay.Server.Mesh;

namespace Relay.Mesh.Tests.Scale;

/// <summary>A relay with everything but sockets: its clients are what the test says they are.</summary>
internal sealed class ScaleRelay : IAsyncDisposable
{
    private readonly NodePrivateKey _key = NodePrivateKey.Generate();
    private readonly RelayServer _server;
    private readonly RelayMesh _mesh;

    public ScaleRelay(int number, Uri redis)
    {
        var time = TimeProvider.System;
        Presence = new ClusterPresence(time, NullLogger<ClusterPresence>.Instance);
        _server = new RelayServer(new RelayOptions(), _key, new OpenAdmission(), time, NullLogger<RelayServer>.Instance);
        _mesh = new RelayMesh(_server, new NoDialer(), new MeshOptions { Watch = false }, NullLogger<RelayMesh>.Instance, Presence);
        var member = new ClusterMember($"relay{number:000}", "relay.test", "192.0.2.1", 1000 + number, _key.Public.ToHex(), null, Plain: false);
        Presence.Start(_mesh, RedisUrl.Parse(redis), region: 900, _ => Task.FromResult(member));
    }

    public ClusterPresence Presence { get; }

    public async ValueTask DisposeAsync()
    {
        await Presence.DisposeAsync();
        await _mesh.DisposeAsync();
        await _server.DisposeAsync();
        _key.Dispose();
    }
}
