using Relay.Testing;

namespace Relay.LoadTest.Tests.Scenarios;

/// <summary>A relayd with TLS for all smoke runs.</summary>
public sealed class RelaydFixture : IAsyncLifetime
{
    private RelaydProcess? _relayd;

    internal RelaydProcess Relayd => _relayd!;

    public async ValueTask InitializeAsync() => _relayd = await RelaydProcess.StartAsync("--tls", "self-signed");

    public ValueTask DisposeAsync() => _relayd?.DisposeAsync() ?? default;
}
