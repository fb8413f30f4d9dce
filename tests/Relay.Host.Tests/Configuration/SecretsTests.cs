using Relay.Host.Configuration;

namespace Relay.Host.Tests.Configuration;

public sealed class SecretsTests
{
    [Theory]
    [InlineData("redis://h:6379", "redis://h:6379")]
    [InlineData("redis://user:pass@h:6379/0", "redis://user:***@h:6379/0")]
    [InlineData("redis://:pass@h", "redis://:***@h")]
    [InlineData("redis://token@h", "redis://***@h")]
    [InlineData("redis://u:p@ss/w?rd#x@h", "redis://u:***@h")]
    [InlineData("redis:u:pass@h", "redis:***@h")]
    [InlineData("pass@h", "***@h")]
    [InlineData("url:https://h/verify?api_key=abc&x=1", "url:https://h/verify?api_key=***&x=1")]
    [InlineData("redis://h?Password=abc", "redis://h?Password=***")]
    [InlineData("file:/etc/relayd/nodes@home.json", "file:/etc/relayd/nodes@home.json")]
    public void Redact_LeavesNoPassword(string text, string shown) => Assert.Equal(shown, Secrets.Redact(text));
}
