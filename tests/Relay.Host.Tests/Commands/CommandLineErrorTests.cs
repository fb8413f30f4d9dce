using Relay.Host.Tests.Support;

namespace Relay.Host.Tests.Commands;

public sealed class CommandLineErrorTests
{
    [Theory]
    [InlineData("--quue: no such option; did you mean --queue?", "--dev", "--quue", "3")]
    [InlineData("--httplisten: no such option; did you mean --http-listen?", "--dev", "--httplisten=off")]
    [InlineData("--frobnicate: no such option; see relayd --help for all", "--frobnicate")]
    [InlineData("\"serve\": no such command; expected check or healthcheck, or nothing to run the server (see relayd --help)", "serve")]
    [InlineData("--queue: needs a value: --queue N", "--dev", "--queue")]
    [InlineData("--queue: needs a value: --queue N", "--dev", "--queue=")]
    [InlineData("--queue: given more than once, as \"3\" and \"4\"; expected one value", "--dev", "--queue", "3", "--queue", "4")]
    [InlineData("--queue \"0\": expected a whole number from 1 to 4096", "--dev", "--queue", "0")]
    [InlineData("--queue \"4097\": expected a whole number from 1 to 4096", "--dev", "--queue", "4097")]
    [InlineData("--queue \"--dev\": expected a whole number from 1 to 4096", "--queue", "--dev")]
    [InlineData("--queue \"@file\": expected a whole number from 1 to 4096", "--dev", "--queue", "@file")]
    [InlineData("--dev \"maybe\": expected true or false", "--dev=maybe")]
    [InlineData("--listen \"443\": expected ADDR:PORT such as 0.0.0.0:8443 or [::]:8443", "--dev", "--listen", "443")]
    [InlineData("--listen \"localhost:443\": expected ADDR:PORT such as 0.0.0.0:8443 or [::]:8443", "--dev", "--listen", "localhost:443")]
    [InlineData("--listen \"1.2.3.4:70000\": expected ADDR:PORT such as 0.0.0.0:8443 or [::]:8443, with a port from 0 to 65535", "--dev", "--listen", "1.2.3.4:70000")]
    [InlineData("--listen \"\": expected ADDR:PORT such as 0.0.0.0:8443 or [::]:8443", "--dev", "--listen", "127.0.0.1:1,")]
    [InlineData("--http-listen \"none\": expected ADDR:PORT such as 0.0.0.0:8443 or [::]:8443, or off", "--dev", "--http-listen", "none")]
    [InlineData("--stun-listen \"::1:3478\": expected ADDR:PORT such as 0.0.0.0:8443 or [::]:8443, or off", "--dev", "--stun-listen", "::1:3478")]
    [InlineData("--admin-listen \"off\": expected ADDR:PORT such as 0.0.0.0:8443 or [::]:8443", "--dev", "--admin-listen", "off")]
    [InlineData("--stun-policy \"all\": expected public, rfc8489 or tailscale-only", "--dev", "--stun-policy", "all")]
    [InlineData("--tls \"on\": expected files, self-signed, acme or off", "--dev", "--tls", "on")]
    [InlineData("--admit \"file:\": expected open (anybody), file:PATH or url:https://HOST/PATH", "--dev", "--admit", "file:")]
    [InlineData("--admit \"url:ftp://x\": expected open (anybody), file:PATH or url:https://HOST/PATH", "--dev", "--admit", "url:ftp://x")]
    [InlineData("--admit-fail \"maybe\": expected closed or open", "--dev", "--admit-fail", "maybe")]
    [InlineData("--hostname \"a b\": expected a DNS name such as relay.example.com, or an IP address, without a port", "--dev", "--hostname", "a b")]
    [InlineData("--hostname \"x.example:443\": expected a DNS name such as relay.example.com, or an IP address, without a port", "--dev", "--hostname", "x.example:443")]
    [InlineData("--hostname \"1.2.3\": expected a DNS name such as relay.example.com, or an IP address, without a port", "--dev", "--hostname", "1.2.3")]
    [InlineData("--trusted-proxy \"10.0.0.0/40\": expected CIDR such as 10.0.0.0/8 or 2001:db8::/32", "--dev", "--trusted-proxy", "10.0.0.0/40")]
    [InlineData("--burst \"1000\": expected a whole number from 65573 to 9223372036854775807", "--dev", "--rate", "1", "--burst", "1000")]
    [InlineData("--region \"0\": expected a whole number from 1 to 65535", "--dev", "--region", "0")]
    [InlineData("--node \"a/b\": expected 1 to 63 letters, digits, dots, dashes or underscores", "--dev", "--node", "a/b")]
    [InlineData("--mesh-with \"a/b/c\": expected HOST[:PORT] or HOST[:PORT]/DIAL such as derp1b.example.com/10.0.0.2, and #sha256-raw:HEX where its certificate is pinned", "--dev", "--mesh-with", "a/b/c")]
    [InlineData("--cluster \"http://u:***@h\": expected redis://[USER:PASSWORD@]HOST[:PORT], or rediss:// for TLS", "--dev", "--cluster", "http://u:secret@h")]
    [InlineData("--home \"/x\": expected default, blank, or an http:// or https:// URL", "--dev", "--home", "/x")]
    [InlineData("--bootstrap-dns-names \"-x\": expected DNS names such as relay.example.com", "--dev", "--bootstrap-dns-names=-x")]
    [InlineData("--drain-seconds \"1h\": expected a whole number from 0 to 3600", "--dev", "--drain-seconds", "1h")]
    [InlineData("--log-level \"verbose\": expected trace, debug, information, warning, error, critical or none", "--dev", "--log-level", "verbose")]
    public async Task WrongCommandLine_Is64_AndSaysWhatWouldBeRight(string line, params string[] args)
    {
        var result = await Relayd.RunAsync(args);

        Assert.Equal(line, result.OneLine());
        Assert.Equal(64, result.Code);
    }

    [Fact]
    public async Task Value_WithTerminalControls_DoesNotReachTheTerminal()
    {
        var result = await Relayd.RunAsync("--dev", "--node", "a\e[2J\nb");

        Assert.Equal("--node \"a?[2J b\": expected 1 to 63 letters, digits, dots, dashes or underscores", result.OneLine());
    }

    [Fact]
    public async Task Value_OfAnyLength_IsShownInPart()
    {
        var result = await Relayd.RunAsync("--dev", "--queue", new string('9', 100_000));

        Assert.InRange(result.OneLine().Length, 200, 300);
    }
}
