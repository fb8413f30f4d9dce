using Relay.Testing;

namespace Relay.Agent.Tests.Doctor;

/// <summary>Relays that are there and not well: the report is whole, and says what is wrong.</summary>
public sealed class DoctorFailureTests
{
    [Fact]
    public async Task ConnectionThatBreaksUnderPackets_IsAFindingAmongTheOthers()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        await using var between = new CuttingProxy(relayd.RelayEndPoint, most: 20_000);
        var run = await Run.RelayAsync("doctor", $"https://127.0.0.1:{between.Port}", "--pin", relayd.Pin!, "--stun-port", "-1", "--json");
        Assert.Equal((1, ""), (run.Exit, run.Errors));
        Assert.Equal("ok", Diagnosis.Of(run)["DERP"].Result);
        Assert.Equal("fail", Diagnosis.Of(run)["packets"].Result);
        Assert.Equal("fail", Diagnosis.Of(run)["WebSocket"].Result);
        Assert.Equal("ok", Diagnosis.Of(run)["clock"].Result);
    }

    [Fact]
    public async Task RefusedAdmission_SaysSo()
    {
        await using var relay = new RefusingRelay();
        var run = await Run.RelayAsync("doctor", relay.Url, "--stun-port", "-1", "--json");
        Assert.Equal(1, run.Exit);
        Assert.Equal("fail", Diagnosis.Of(run)["DERP"].Result);
        Assert.Contains("does not admit this key", Diagnosis.Of(run)["DERP"].Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RelayThatAdmitsOneKey_IsSoundWithThatKey()
    {
        using var key = new KeyFile();
        using var list = new AdmissionListFile();
        list.Add(key.Public);
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed", "--admit", $"file:{list.Path}");
        string[] line = ["doctor", relayd.Url, "--pin", relayd.Pin!, "--stun-port", "-1", "--json"];
        var without = await Run.RelayAsync(line);
        Assert.Equal(1, without.Exit);
        Assert.Contains("--key", Diagnosis.Of(without)["DERP"].Fix, StringComparison.Ordinal);

        var with = await Run.RelayAsync([.. line, "--key", key.Path]);
        Assert.Equal(0, with.Exit);
        foreach (var check in new[] { "DERP", "packets", "WebSocket" }) Assert.Equal((check, "ok"), (check, Diagnosis.Of(with)[check].Result));
    }

    [Fact]
    public async Task RefusedCertificate_IsShownThoughNoConnectionCameOfIt()
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        var run = await Run.RelayAsync("doctor", relayd.Url, "--stun-port", "-1", "--json");
        Assert.Equal(1, run.Exit);
        Assert.Contains("nobody vouches for", Diagnosis.Of(run)["TLS"].Seen, StringComparison.Ordinal);
        Assert.Contains("days left", Diagnosis.Of(run)["TLS"].Seen, StringComparison.Ordinal);
    }

    // A self-signed certificate of relayd is good for ten years.
    [Theory]
    [InlineData(0, "ok", "ok")]
    [InlineData(3640, "warn", "warn")]
    [InlineData(3660, "fail", "warn")]
    public async Task CertificateNearItsEnd_AndAClockThatIsOff_AreNoticed(int daysLater, string certificate, string clock)
    {
        await using var relayd = await RelaydProcess.StartAsync("--tls", "self-signed");
        string[] line = ["doctor", relayd.Url, "--pin", relayd.Pin!, "--stun-port", "-1", "--json"];
        var run = await Run.RelayAsync("", line, new ShiftedTime(TimeSpan.FromDays(daysLater)));
        Assert.Equal((certificate, clock), (Diagnosis.Of(run)["TLS"].Result, Diagnosis.Of(run)["clock"].Result));
        Assert.Equal(certificate == "fail" ? 1 : 0, run.Exit);
    }
}
