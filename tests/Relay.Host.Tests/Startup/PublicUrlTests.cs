using Relay.Host.Startup;
using Relay.Host.Tests.Support;

namespace Relay.Host.Tests.Startup;

public sealed class PublicUrlTests
{
    [Theory]
    [InlineData("relay.example.com", "files", 443, "https://relay.example.com")]
    [InlineData("relay.example.com", "files", 8443, "https://relay.example.com:8443")]
    [InlineData("192.0.2.10", "self-signed", 8443, "https://192.0.2.10:8443")]
    [InlineData("2001:db8::1", "self-signed", 443, "https://[2001:db8::1]")]
    [InlineData("2001:db8::1", "off", 8080, "https://[2001:db8::1]")]
    public void Of_IsWhatAClientCanUse(string host, string tls, int port, string expected) =>
        Assert.Equal(expected, PublicUrl.Of(Bind.Options("--hostname", host, "--tls", tls, "--admit", "open"), port));

    [Fact]
    public void Of_Dev_IsPlain() => Assert.Equal("http://127.0.0.1:3340", PublicUrl.Of(Bind.Options("--dev"), 3340));
}
