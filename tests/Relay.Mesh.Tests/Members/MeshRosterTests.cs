using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Relay.Mesh.Members;
using Relay.Protocol.Keys;
using Relay.Server;
using Relay.Server.Admission;
using Relay.Server.Mesh;
using Relay.Testing;

namespace Relay.Mesh.Tests.Members;

public sealed class MeshRosterTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly NodePrivateKey _key = NodePrivateKey.Generate();
    private readonly RelayServer _relay;
    private readonly RelayMesh _mesh;

    public MeshRosterTests()
    {
        _relay = new RelayServer(new RelayOptions(), _key, new OpenAdmission(), _time, NullLogger<RelayServer>.Instance);
        _mesh = new RelayMesh(_relay, new NoDialer(), new MeshOptions(), NullLogger<RelayMesh>.Instance);
    }

    [Fact]
    public async Task LookUp_ThatMeetsAFault_ComesAgain()
    {
        var lookUps = 0;
        await using var roster = Roster(["b.example.com"], _ => ++lookUps == 1 ? throw new InvalidOperationException("a fault") : Loopback());
        await TimePassesUntil(() => _mesh.Links.Count == 1, "the member to be looked up again");
        Assert.Equal("b.example.com", _mesh.Links[0].Name);
    }

    /// <summary>The name server does not answer for one name: the others are linked to at once, and looked up again as ever.</summary>
    [Fact]
    public async Task NameWithoutAnAnswer_KeepsNoOtherWaiting()
    {
        var (lookUps, answers) = (0, new TaskCompletionSource<IPAddress[]>());
        await using var roster = Roster(["silent.example.com", "b.example.com"], name =>
        {
            if (name != "b.example.com") return answers.Task;
            lookUps++;
            return Loopback();
        });
        await Eventually.True(() => _mesh.Links.Count == 1, "the link to the other one");
        Assert.Equal("b.example.com", _mesh.Links[0].Name);
        await TimePassesUntil(() => lookUps >= 2, "the other one to be looked up again");
        Assert.Equal(1, roster.Unresolved);

        answers.SetResult([IPAddress.Loopback]);
        await TimePassesUntil(() => _mesh.Links.Count == 2, "the link to the name that is answered at last");
        await TimePassesUntil(() => roster.Unresolved == 0, "all names to be known");
    }

    [Fact]
    public async Task NameThatStopsResolving_KeepsItsLink()
    {
        var lookUps = 0;
        await using var roster = Roster(["b.example.com"], _ => ++lookUps == 1 ? Loopback() : throw new SocketException((int)SocketError.HostNotFound));
        await TimePassesUntil(() => lookUps >= 3, "the name to be looked up again and again");
        Assert.Single(_mesh.Links);
    }

    [Fact]
    public async Task NameTakenOutOfTheList_LosesItsLinkBeforeAnyLookUp()
    {
        var silent = new TaskCompletionSource<IPAddress[]>();
        await using var roster = Roster(["b.example.com"], name => name == "b.example.com" ? Loopback() : silent.Task);
        await Eventually.True(() => _mesh.Links.Count == 1, "the link");
        roster.Replace([Target("silent.example.com")]);
        await Eventually.True(() => _mesh.Links.Count == 0, "the link to end");
    }

    public async ValueTask DisposeAsync()
    {
        await _mesh.DisposeAsync();
        await _relay.DisposeAsync();
        _key.Dispose();
    }

    private static MeshTarget Target(string name) => new(name, 443, name);

    private static Task<IPAddress[]> Loopback() => Task.FromResult<IPAddress[]>([IPAddress.Loopback]);

    private MeshRoster Roster(string[] names, Func<string, Task<IPAddress[]>> resolve) =>
        new(_mesh, [.. names.Select(Target)], _time, NullLogger<MeshRoster>.Instance, (name, _) => resolve(name));

    private Task TimePassesUntil(Func<bool> condition, string what) => Eventually.True(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return condition();
        },
        what);
}
