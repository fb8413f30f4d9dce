using System.Net;
using Relay.Mesh.Redis;

namespace Relay.Mesh.Tests.Redis;

public sealed class RedisUrlTests
{
    [Theory]
    [InlineData("redis://h", null, null, null, "h:6379")]
    [InlineData("redis://h:7000/3", null, null, 3, "h:7000")]
    [InlineData("redis://[2001:db8::1]:7000", null, null, null, "[2001:db8::1]:7000")]
    [InlineData("redis://:p%40ss@h", null, "p@ss", null, "h:6379")]
    [InlineData("redis://p@h", null, "p", null, "h:6379")]
    [InlineData("redis://u:p:q@h", "u", "p:q", null, "h:6379")]
    [InlineData("redis://h?also=i,j:7001", null, null, null, "h:6379 i:6379 j:7001")]
    [InlineData("rediss://h?also=i", null, null, null, "h:6379 i:6379")]
    [InlineData("redis://h?sentinel=relay&also=[2001:db8::1],j:7001", null, null, null, "h:26379 [2001:db8::1]:26379 j:7001")]
    public void Parse_Url_HasAllThatItSays(string url, string? user, string? password, int? database, string endPoints)
    {
        var options = RedisUrl.Parse(new Uri(url));
        Assert.Equal((user, password, database), (options.User, options.Password, options.DefaultDatabase));
        Assert.Equal(endPoints, string.Join(' ', options.EndPoints.Select(Text)));
        Assert.Equal(url.StartsWith("rediss", StringComparison.Ordinal), options.Ssl);
        Assert.Equal(url.Contains("sentinel", StringComparison.Ordinal) ? "relay" : null, options.ServiceName);
    }

    [Theory]
    [InlineData("redis://h/x", "expected a database number after the slash")]
    [InlineData("redis://h?slave=x", "expected only also=HOST:PORT,..., sentinel=SERVICE and ca=FILE, each once, after the question mark")]
    [InlineData("redis://h?also=a&also=b", "each once")]
    [InlineData("redis://h?sentinel", "sentinel=SERVICE")]
    [InlineData("redis://h?also=a,,b", "expected HOST:PORT,... after also=, not \"\"")]
    [InlineData("redis://h?also=a:x", "expected HOST:PORT,... after also=, not \"a:x\"")]
    [InlineData("redis://h?also=a/1", "not \"a/1\"")]
    [InlineData("redis://h?ca=/etc/hosts", "expected rediss:// with ca=FILE")]
    [InlineData("rediss://h?ca=/nowhere/ca.pem", "/nowhere/ca.pem cannot be read")]
    [InlineData("rediss://h?ca=/dev/null", "expected an authority's certificate in PEM after ca=, but /dev/null has none")]
    public void Parse_WrongUrl_SaysWhatIsRight(string url, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => RedisUrl.Parse(new Uri(url))).Message, StringComparison.Ordinal);

    private static string Text(EndPoint endPoint) => endPoint switch
    {
        DnsEndPoint name => $"{name.Host}:{name.Port}",
        _ => endPoint.ToString()!,
    };
}
