using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Relay.Host.Admission;
using Relay.Host.Configuration;
using Relay.Host.Serving;
using Relay.Host.Startup;
using Relay.Host.Tests.Support;
using Relay.Server;
using Relay.Server.Limits;

namespace Relay.Host.Tests.Serving;

public sealed class ReloaderTests
{
    private readonly ListLogger _log = new();

    [Fact]
    public async Task Reload_ThatMeetsWhatNobodyThoughtOf_LogsIt_AndDoesNotThrow()
    {
        await ReloadAsync(() => throw new InvalidDataException("cannot\nbe"));

        var line = _log.Lines.Last();
        Assert.Equal((LogLevel.Error, "NotReloaded"), (line.Level, line.Event.Name));
        Assert.EndsWith(": cannot be", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_OfASettingThatWaitsForARestart_SaysSo_AndTakesTheOthersOver()
    {
        var rate = await ReloadAsync(() => Bind.Settings("--dev", "--rate", "1000", "--max-connections", "7", "--listen", "127.0.0.1:1,127.0.0.1:2"));

        Assert.Equal(1000, rate?.BytesPerSecond);
        var line = _log.Lines.Last();
        Assert.Equal((LogLevel.Warning, "WaitsForRestart"), (line.Level, line.Event.Name));
        Assert.EndsWith(": --listen, --max-connections", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_OfWhatIsReadAgain_AsksForNoRestart()
    {
        await ReloadAsync(() => Bind.Settings("--dev", "--rate", "1000", "--burst", "100000"));
        Assert.Equal("HangUp", _log.Lines.Last().Event.Name);
    }

    private async Task<ByteRate?> ReloadAsync(Func<EffectiveSettings> load)
    {
        var options = Bind.Options("--dev");
        using var identity = Identity.Load(options, TimeProvider.System, _log);
        using var gatekeeper = Gatekeeper.Open(options, TimeProvider.System, _log);
        await using var relay = new RelayServer(
            new RelayOptions(), identity.Key, gatekeeper.Admission, TimeProvider.System, NullLogger<RelayServer>.Instance);
        new Reloader(identity, gatekeeper, renewal: null, region: null, relay, Bind.Settings("--dev"), load, _log).Reload();
        return relay.Rate;
    }
}
