using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using Relay.Client.Dialing;
using Relay.Client.Tests.Fakes;

namespace Relay.Client.Tests;

public sealed class AddressTests
{
    private static readonly IPAddress Four = IPAddress.Parse("192.0.2.1"), Six = IPAddress.Parse("2001:db8::1");

    [Fact]
    public async Task Race_GivesTheFirstAHeadStart_ThenTakesWhoeverStandsFirst()
    {
        var time = new FakeTimeProvider();
        var connects = new ConcurrentDictionary<IPAddress, TaskCompletionSource<Prize>>();
        var racing = AddressRace.RunAsync([Six, Four], Connect, time, Within.Token);
        Assert.Equal([Six], connects.Keys);
        time.Advance(TimeSpan.FromMilliseconds(199));
        Assert.Single(connects);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await UntilAsync(() => connects.Count == 2);

        var winner = new Prize();
        connects[Four].SetResult(winner);
        Assert.Same(winner, await Within.TimeAsync(racing, "the winner"));

        var late = new Prize();
        connects[Six].SetResult(late);
        await Within.TimeAsync(late.Closed.Task, "the late one to be closed");
        Assert.False(winner.Closed.Task.IsCompleted);

        Task<Prize> Connect(IPAddress address, CancellationToken token) => (connects[address] = new TaskCompletionSource<Prize>()).Task;
    }

    [Fact]
    public async Task Race_WhenTheFirstFails_StartsTheNextAtOnce_AndTellsTheFirstFailure()
    {
        var tried = new List<IPAddress>();
        var failure = await Assert.ThrowsAsync<IOException>(() => Within.TimeAsync(
            AddressRace.RunAsync<Prize>([Six, Four], (address, _) => { tried.Add(address); throw new IOException(address.ToString()); }, new FakeTimeProvider(), Within.Token),
            "the end"));
        Assert.Equal(Six.ToString(), failure.Message);
    }

    [Fact]
    public async Task Race_AllFailingLater_TellsTheFirstFailure()
    {
        var tried = new List<IPAddress>();
        var failure = await Assert.ThrowsAsync<IOException>(() => Within.TimeAsync(
            AddressRace.RunAsync([Six, Four], Fail, new FakeTimeProvider(), Within.Token), "the end"));
        Assert.Equal([Six, Four], tried);
        Assert.Equal(Six.ToString(), failure.Message);

        async Task<Prize> Fail(IPAddress address, CancellationToken token)
        {
            tried.Add(address);
            await Task.Yield();
            throw new IOException(address.ToString());
        }
    }

    // As on each machine whose IPv6 leads nowhere: a program that reports exceptions nobody saw would report one a connection.
    [Fact]
    public async Task Race_WithAFailureAndAWinner_LeavesNoFailureUnobserved()
    {
        await Unobserved.NoneOfAsync("2001:db8::1 is out of reach", async () =>
        {
            (await Within.TimeAsync(AddressRace.RunAsync([Six, Four], ConnectAsync, new FakeTimeProvider(), Within.Token), "the winner")).Dispose();
        });

        static async Task<Prize> ConnectAsync(IPAddress address, CancellationToken token)
        {
            await Task.Yield();
            return address.Equals(Six) ? throw new IOException($"{address} is out of reach") : new Prize();
        }
    }

    [Fact]
    public void Order_TakesFamiliesInTurn_AndNotTooMany()
    {
        var many = Enumerable.Range(1, 20).Select(i => IPAddress.Parse($"192.0.2.{i}")).Append(Six).ToList();
        Assert.Equal([Six, many[0], many[1]], AddressRace.Order(many, preferIPv6: true).Take(3));
        Assert.Equal([many[0], Six, many[1]], AddressRace.Order(many, preferIPv6: false).Take(3));
        Assert.Equal(8, AddressRace.Order(many, preferIPv6: true).Count);
    }

    [Theory]
    [InlineData("", "", "2001:db8::9 192.0.2.9")]
    [InlineData("192.0.2.1", "", "2001:db8::9 192.0.2.1")]
    [InlineData("192.0.2.1", "2001:db8::1", "2001:db8::1 192.0.2.1")]
    [InlineData("none", "", "2001:db8::9")]
    [InlineData("192.0.2.1", "none", "192.0.2.1")]
    [InlineData("2001:db8::1", "none", null)] // an address of the other family switches this one off
    public async Task Book_PrefersTheMapsAddresses(string ipv4, string ipv6, string? expected)
    {
        var options = Pair.Options with { Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("192.0.2.9"), IPAddress.Parse("2001:db8::9")]) };
        var target = Pair.Plain.Targets[0] with { IPv4 = ipv4, IPv6 = ipv6 };
        if (expected is not null) Assert.Equal(expected, string.Join(' ', await AddressBook.FindAsync(target, options, Within.Token)));
        else Assert.Equal(RelayError.Dns, (await Within.FailsAsync(AddressBook.FindAsync(target, options, Within.Token), "the failure")).Error);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20), "waited 20 s for the second connect");
            await Task.Yield();
        }
    }

    private sealed class Prize : IDisposable
    {
        public TaskCompletionSource Closed { get; } = new();

        public void Dispose() => Closed.TrySetResult();
    }
}
