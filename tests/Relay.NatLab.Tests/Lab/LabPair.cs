using Relay.Testing;

namespace Relay.NatLab.Tests.Lab;

/// <summary>Two machines with WireGuard, and agents that join them.</summary>
internal sealed class LabPair(LabInternet internet, LabNode a, LabNode b) : IAsyncDisposable
{
    private int _disposed;

    internal LabNode A { get; } = a;

    internal LabNode B { get; } = b;

    /// <summary>Starts both agents; returns when both run, and since when.</summary>
    internal async Task<DateTimeOffset> StartAgentsAsync(IReadOnlyDictionary<string, string>? variablesOfA = null)
    {
        await Task.WhenAll(A.StartAgentAsync(internet.Map, variablesOfA), B.StartAgentAsync(internet.Map));
        var events = await Task.WhenAll(A.ConnectedAsync(), B.ConnectedAsync());
        foreach (var node in new[] { A, B }) await node.EventAsync(e => e.Name == "wireguard" && e.Fields.GetValueOrDefault("state") == "running", "WireGuard to be pointed at the agent");
        return events.Max(e => e.Time);
    }

    /// <summary>When the later of both sides went direct.</summary>
    internal async Task<DateTimeOffset> DirectAsync(TimeSpan? within = null)
    {
        var events = await Task.WhenAll(new[] { A, B }.Select(n => n.EventAsync(e => e.IsPath("direct"), "a direct path", within)));
        return events.Max(e => e.Time);
    }

    /// <summary>Both ways go direct, and nothing is sent a second way any more.</summary>
    internal Task SettledAsync() => Eventually.True(
        async () => (await A.PeerStatusAsync()).GetProperty("path").GetString() == "direct" && (await B.PeerStatusAsync()).GetProperty("path").GetString() == "direct",
        "both ways to be direct only",
        TimeSpan.FromSeconds(30));

    public async ValueTask DisposeAsync()
    {
        // A test may end a pair before its internet does.
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await A.DisposeAsync();
        await B.DisposeAsync();
    }
}
