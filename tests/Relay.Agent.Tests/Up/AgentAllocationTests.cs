using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Agent.Tests.Up;

/// <summary>What a packet costs two agents. The count is of the whole process: nothing else may run in it.</summary>
[Collection(nameof(AgentAllocationTests))]
[CollectionDefinition(nameof(AgentAllocationTests), DisableParallelization = true)]
public sealed class AgentAllocationTests
{
    private const int Packets = 5000, Rounds = 5, Allowed = 20 * Packets;

    // Both agents and the probes between them: far less than one object a packet.
    [Fact]
    public async Task CarryingPackets_AllocatesNothingForEach()
    {
        using var keyOfAlice = NodePrivateKey.Generate();
        using var keyOfBob = NodePrivateKey.Generate();
        await using var relay = await RelaydProcess.StartAsync();
        await using var alice = new TestAgent(relay, keyOfAlice, [keyOfBob.Public]);
        await using var bob = new TestAgent(relay, keyOfBob, [keyOfAlice.Public]);
        await alice.ConnectedAsync(keyOfBob.Public);
        await bob.ConnectedAsync(keyOfAlice.Public);
        var packet = FakeWireGuard.Packet(4, 1200, 1);
        var local = alice.WireGuard.EndPointOf(keyOfBob.Public)!.Serialize();
        // The runtime may still be compiling hot code anew, more so on a busy machine; what really allocates always does.
        var bytes = long.MaxValue;
        for (var round = 0; round < Rounds && bytes >= Allowed; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < Packets; i++) alice.WireGuard.PassThrough(local, packet, bob.WireGuard);
            bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        Assert.True(bytes < Allowed, $"{bytes} bytes were allocated for {Packets} packets");
    }
}
