using System.Net;
using Relay.Paths.PortMapping;
using Relay.Testing;

namespace Relay.Paths.Tests.PortMapping;

/// <summary>The life of a mapping, on a clock of the test's own.</summary>
public sealed class PortMapperTests
{
    private readonly PauseClock _time = new();

    [Fact]
    public async Task Mapping_IsGot_RenewedAtHalfItsTime_AndGivenBack()
    {
        await using var router = new FakeRouter(_time);
        await using (var mapper = Start(router))
        {
            await _time.UntilAsync(() => mapper.Current is not null, "the mapping");
            Assert.Equal(
                new Paths.PortMapping.PortMapping(IPEndPoint.Parse("11.0.0.21:50000"), PortMappingProtocol.NatPmp, TimeSpan.FromHours(2)), mapper.Current);
            Assert.Equal(1, router.Maps);
            var got = _time.GetUtcNow();
            await _time.UntilAsync(() => router.Maps == 2, "the renewal");
            Assert.InRange(_time.GetUtcNow() - got, TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(119));
            Assert.Equal(0, router.Releases);
        }

        Assert.True(router.Releases > 0);
    }

    [Fact]
    public async Task Changes_AreTold_AndTheLastIsTheEnd()
    {
        await using var router = new FakeRouter(_time);
        var told = new List<string?>();
        await using (var mapper = Start(router))
        {
            mapper.Changed += now =>
            {
                lock (told) told.Add(now?.External.ToString());
            };
            await _time.UntilAsync(() => mapper.Current is not null, "the mapping");
            router.Address = IPAddress.Parse("11.0.0.99");
            await _time.UntilAsync(() => mapper.Current?.External.Address.Equals(router.Address) == true, "the new address");
        }

        lock (told) Assert.Equal(["11.0.0.99:50000", null], told.TakeLast(2));
    }

    [Fact]
    public async Task RestartedRouter_IsAskedAgain()
    {
        await using var router = new FakeRouter(_time);
        await using var mapper = Start(router);
        await _time.UntilAsync(() => mapper.Current is not null, "the mapping");
        _time.Advance(TimeSpan.FromSeconds(30));
        var before = _time.GetUtcNow();
        router.ExternalPort = 50001;
        router.Restart();
        await _time.UntilAsync(() => mapper.Current?.External.Port == 50001, "the mapping to be made anew");
        Assert.True(_time.GetUtcNow() - before < TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task RouterThatFallsSilent_LosesTheMappingWhenItsTimeIsOver()
    {
        await using var router = new FakeRouter(_time) { Seconds = 600 };
        await using var mapper = Start(router);
        await _time.UntilAsync(() => mapper.Current is not null, "the mapping");
        var got = _time.GetUtcNow();
        router.Silent = true;
        await UntilAsync(() => mapper.Current is null, "the mapping to be lost");
        Assert.True(_time.GetUtcNow() - got >= TimeSpan.FromMinutes(10));
        router.Silent = false;
        mapper.NetworkChanged();
        await UntilAsync(() => mapper.Current is not null, "the mapping to come back");
    }

    [Theory]
    [InlineData(2, "11.0.0.21", 50000, 7200u)]
    [InlineData(0, "0.0.0.0", 50000, 7200u)]
    [InlineData(0, "224.1.1.1", 50000, 7200u)]
    [InlineData(0, "11.0.0.21", 0, 7200u)]
    [InlineData(0, "11.0.0.21", 50000, 0u)]
    public async Task RouterThatRefusesOrGrantsNonsense_GivesNoMapping(int result, string address, int port, uint seconds)
    {
        await using var router = new FakeRouter(_time) { Result = result, Address = IPAddress.Parse(address), ExternalPort = port, Seconds = seconds };
        await using var mapper = Start(router);
        var start = _time.GetUtcNow();
        await UntilAsync(() => _time.GetUtcNow() - start > TimeSpan.FromMinutes(3), "three minutes");
        Assert.Null(mapper.Current);
        router.Result = 0;
        (router.Address, router.ExternalPort, router.Seconds) = (IPAddress.Parse("11.0.0.21"), 50000, 7200);
        mapper.NetworkChanged();
        await UntilAsync(() => mapper.Current is not null, "the mapping once the router is well");
    }

    [Fact]
    public async Task NoRouter_IsQuietAndEndsAtOnce()
    {
        await using var mapper = new PortMapper(40000, new PortMapperOptions { Gateway = IPAddress.Loopback, NatPmpPort = 9, SsdpPort = 9, TimeProvider = _time });
        Assert.Null(mapper.Current);
        await Eventually.Done(mapper.DisposeAsync(), "the mapper to end");
        await Eventually.Done(mapper.DisposeAsync(), "the mapper to end again");
    }

    [Fact]
    public async Task Services_AreFoundWithoutMappingAnything()
    {
        await using var router = new FakeRouter(_time);
        var services = await PortMappingServices.FindAsync(Options(router) with { TimeProvider = TimeProvider.System });
        Assert.Equal(new PortMappingServices(IPAddress.Loopback, NatPmp: true, Pcp: false, Upnp: false, router.Address), services);
        Assert.Equal(0, router.Maps);
    }

    [Fact]
    public void Epoch_ThatGoesBack_IsARestart()
    {
        var epoch = new Epoch(_time);
        Assert.False(epoch.HasRestarted(1000));
        _time.Advance(TimeSpan.FromSeconds(800));
        Assert.False(epoch.HasRestarted(1700)); // a clock may run slow by an eighth
        _time.Advance(TimeSpan.FromSeconds(800));
        Assert.True(epoch.HasRestarted(2000));
        Assert.True(epoch.HasRestarted(5));
        Assert.False(epoch.HasRestarted(uint.MaxValue));
    }

    private PortMapper Start(FakeRouter router) => new(40000, Options(router));

    private PortMapperOptions Options(FakeRouter router) =>
        new() { Gateway = IPAddress.Loopback, NatPmpPort = router.Port, SsdpPort = 9, TimeProvider = _time };

    // For a router that does not answer: its deadlines pass, ten times as fast as they would, so that real datagrams keep up.
    private Task UntilAsync(Func<bool> condition, string what) =>
        _time.UntilAsync(condition, what, TimeSpan.FromMilliseconds(100), within: TimeSpan.FromSeconds(30));
}
