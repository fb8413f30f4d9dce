using Relay.LoadTest.Derp;

namespace Relay.LoadTest.Tests.Derp;

public sealed class RelayUrlTests
{
    [Theory]
    [InlineData("https://127.0.0.1", "127.0.0.1", 443, "127.0.0.1")]
    [InlineData("http://127.0.0.1:8080", "127.0.0.1", 8080, "127.0.0.1:8080")]
    [InlineData("https://[::1]:8443/derp", "::1", 8443, "[::1]:8443")]
    [InlineData("http://[::1]", "::1", 80, "[::1]")]
    public void Url_OfAnAddress_NamesItAsHttpDoes(string text, string host, int port, string authority)
    {
        var url = RelayUrl.Parse(text);
        Assert.Equal((host, port, authority, "/derp"), (url.Host, url.Address.Port, url.Authority, url.Path));
        Assert.Null(url.ServerName);
    }
}
