using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;

namespace Relay.Client.Tests.Fakes;

/// <summary>A connected client and the fake relay's end of it, in memory.</summary>
internal sealed record Pair(RelayConnection Client, FakeLink Relay) : IAsyncDisposable
{
    public static RelayClientOptions Options { get; } = new() { PrivateKey = NodePrivateKey.Generate() };

    public static RelayEndpoint Plain { get; } = RelayEndpoint.FromUrl("http://relay.test");

    public static NodeKey Other { get; } = NodePrivateKey.Generate().Public;

    public static async Task<Pair> ConnectAsync(RelayClientOptions? options = null, ServerInfo? info = null, MemoryLine? line = null)
    {
        line ??= new MemoryLine();
        var link = new FakeLink(line.Server, NodePrivateKey.Generate());
        var connecting = RelayConnection.ConnectOverAsync(line.Client, Plain, options ?? Options, Within.Token);
        await link.AdmitAsync(info);
        return new Pair(await Within.TimeAsync(connecting, "the handshake"), link);
    }

    public async ValueTask DisposeAsync()
    {
        await Relay.DisposeAsync();
        await Client.DisposeAsync();
    }
}
