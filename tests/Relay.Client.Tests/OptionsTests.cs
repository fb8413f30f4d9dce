using Relay.Client.Tests.Fakes;

namespace Relay.Client.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void Options_OutOfRange_AreRefusedInOneLine()
    {
        Refused(() => Pair.Options with { ConnectTimeout = TimeSpan.Zero });
        Refused(() => Pair.Options with { SilenceTimeout = TimeSpan.FromDays(1) });
        Refused(() => Pair.Options with { ProxyUri = new Uri("socks5://proxy:1080") });
        Refused(() => Pair.Options with { UserAgent = "a\r\nX-Injected: 1" });
        Refused(() => Pair.Options with { UserAgent = "" });
    }

    [Fact]
    public void Options_Printed_ShowNoSecret()
    {
        var options = Pair.Options with { ProxyUri = new Uri("http://me:secret@proxy") };
        Assert.DoesNotContain("secret", options.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(options.PrivateKey.RevealText()[8..], options.ToString(), StringComparison.Ordinal);
    }

    private static void Refused(Func<RelayClientOptions> make)
    {
        var failure = Assert.ThrowsAny<ArgumentException>(make);
        Assert.True(failure.Message.Length > 20);
    }
}
