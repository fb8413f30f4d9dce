using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Relay.Server.Http;

namespace Relay.Server.Tests.Http;

public sealed class BootstrapDnsTests
{
    private static readonly IPAddress[] Three = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"), IPAddress.Parse("2001:db8::1")];

    [Fact]
    public async Task Answer_IsSortedAndIndentedWithTabs()
    {
        using var dns = Make(["b.example", "a.example"], (_, _) => Task.FromResult(new[] { IPAddress.Parse("192.0.2.1") }));
        Assert.True(dns.Answer.IsEmpty);
        await dns.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            "{\n\t\"a.example\": [\n\t\t\"192.0.2.1\"\n\t],\n\t\"b.example\": [\n\t\t\"192.0.2.1\"\n\t]\n}",
            Encoding.UTF8.GetString(dns.Answer.Span));
    }

    [Fact]
    public async Task Answer_LeavesOutWhatDoesNotResolve()
    {
        using var dns = Make(["gone.example", "here.example"], (name, _) => name == "here.example"
            ? Task.FromResult(Three.ToArray())
            : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)));
        await dns.RefreshAsync(TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(dns.Answer);
        var only = Assert.Single(json.RootElement.EnumerateObject());
        Assert.Equal("here.example", only.Name);
        Assert.Equal(
            Three.Select(address => address.ToString()).Order(StringComparer.Ordinal),
            only.Value.EnumerateArray().Select(address => address.GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Answer_WithNothingResolved_IsEmpty()
    {
        using var dns = Make(["gone.example"], (_, _) => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)));
        await dns.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.True(dns.Answer.IsEmpty);
    }

    [Fact]
    public async Task Resolver_ThatHangs_IsLeftAfterAMinute()
    {
        var time = new FakeTimeProvider();
        using var dns = Make(["slow.example", "fast.example"], (name, _) =>
            name == "fast.example" ? Task.FromResult(Three.ToArray()) : new TaskCompletionSource<IPAddress[]>().Task, time);
        var round = dns.RefreshAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(round.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await Wait.For(round, "the round to end");
        Assert.False(dns.Answer.IsEmpty);
    }

    [Fact]
    public async Task Names_AreResolvedAgainEveryTenMinutes()
    {
        var time = new FakeTimeProvider();
        var rounds = 0;
        using var dns = Make(["a.example"], (_, _) =>
        {
            Interlocked.Increment(ref rounds);
            return Task.FromResult(Three.ToArray());
        }, time);
        await dns.StartAsync(TestContext.Current.CancellationToken);
        await Wait.Until(() => rounds == 1, "the first round");
        time.Advance(TimeSpan.FromMinutes(10));
        await Wait.Until(() => rounds == 2, "the second round");
        await dns.StopAsync(TestContext.Current.CancellationToken);
    }

    private static BootstrapDns Make(string[] names, Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider? time = null) =>
        new(names, resolve, time ?? new FakeTimeProvider(), NullLogger<BootstrapDns>.Instance);
}
