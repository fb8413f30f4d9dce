using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Relay.Host.Admission;
using Relay.Host.Serving;
using Relay.Host.Startup;
using Relay.Host.Tests.Support;
using Relay.Server;

namespace Relay.Host.Tests.Serving;

public sealed class ReloaderTests
{
    [Fact]
    public async Task Reload_ThatMeetsWhatNobodyThoughtOf_LogsIt_AndDoesNotThrow()
    {
        var (options, log) = (Bind.Options("--dev"), new ListLogger());
        using var identity = Identity.Load(options, TimeProvider.System, log);
        using var gatekeeper = Gatekeeper.Open(options, TimeProvider.System, log);
        await using var relay = new RelayServer(
            new RelayOptions(), identity.Key, gatekeeper.Admission, TimeProvider.System, NullLogger<RelayServer>.Instance);
        var reloader = new Reloader(
            identity, gatekeeper, renewal: null, region: null, relay, () => throw new InvalidDataException("cannot\nbe"), log);

        reloader.Reload();

        var line = log.Lines.Last();
        Assert.Equal((LogLevel.Error, "NotReloaded"), (line.Level, line.Event.Name));
        Assert.EndsWith(": cannot be", line.Text, StringComparison.Ordinal);
    }
}
