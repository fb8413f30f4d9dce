using Microsoft.Extensions.Logging;
using Relay.Host.Startup;
using Relay.Host.Tests.Support;

namespace Relay.Host.Tests.Startup;

public sealed class IdentityTests
{
    [Fact]
    public void Load_OfANewRelay_MakesKeyAndCertificate_AndTheSecondTimeReadsThem()
    {
        using var folder = new TempFolder();
        var log = new ListLogger();
        var options = Bind.Options(
            "--hostname", "relay.example.com", "--admit", "open", "--tls", "self-signed", "--cert-dir", folder["c"], "--key-file", folder["k"],
            "--mesh-key-file", folder.Write("m", new string('a', 64)));
        if (!OperatingSystem.IsWindows()) Unix.SetMode(folder["m"], UnixFileMode.UserRead);

        using var first = Identity.Load(options, TimeProvider.System, log);
        var made = log.Lines.Select(l => l.Event.Name).ToArray();
        using var second = Identity.Load(options, TimeProvider.System, log);

        Assert.Equal(["CertificateMade", "KeyMade"], made);
        Assert.Equal(2, log.Lines.Count);
        Assert.Equal((first.Key.Public, first.Pin), (second.Key.Public, second.Pin));
        Assert.Equal(new string('a', 64), second.MeshKey!.RevealHex());
        Assert.True(second.Certificates!.Current!.SendsMeta);
    }

    [Fact]
    public void Load_WithDev_NeedsNoFile_AndIsAnotherEachTime()
    {
        using var first = Identity.Load(Bind.Options("--dev"), TimeProvider.System, new ListLogger());
        using var second = Identity.Load(Bind.Options("--dev"), TimeProvider.System, new ListLogger());

        Assert.NotEqual(first.Key.Public, second.Key.Public);
        Assert.Null(first.Certificates);
        Assert.Null(first.Pin);
    }

    [Fact]
    public void Load_WithADoubtfulFile_Warns()
    {
        using var folder = new TempFolder();
        var log = new ListLogger();

        using var identity = Identity.Load(Bind.Options("--dev", "--mesh-key-file", folder.Write("m", "")), TimeProvider.System, log);

        Assert.Null(identity.MeshKey);
        Assert.Equal((LogLevel.Warning, "StartupWarning"), (log.Lines.Single().Level, log.Lines.Single().Event.Name));
    }
}
