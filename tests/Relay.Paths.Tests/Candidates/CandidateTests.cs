using Relay.Paths.Candidates;
using Relay.Paths.Disco;
using Relay.Paths.Tests.Simulation;
using Relay.Stun.Messages;

namespace Relay.Paths.Tests.Candidates;

public sealed class CandidateTests
{
    private static readonly TimeSpan Now = TimeSpan.FromSeconds(100);
    private static readonly HashSet<TransportAddress> Nothing = [];

    [Theory]
    [InlineData("192.0.2.1", true)]
    [InlineData("10.0.0.1", true)]
    [InlineData("169.254.3.4", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.3.3.40", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("0.1.2.3", false)]
    [InlineData("224.0.0.251", false)]
    [InlineData("239.255.255.250", false)]
    [InlineData("240.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("fe80::1", false)]
    public void Address_ByItsKind_MayBeProbed(string ip, bool may)
    {
        Assert.Equal(may, AddressRules.CanBePeer(SimNetwork.At(ip, 1234)));
        Assert.False(AddressRules.CanBePeer(SimNetwork.At(ip, 0)));
    }

    [Fact]
    public void List_OfTenThousandAddresses_GivesAsManyAsAreAllowed()
    {
        var set = new CandidateSet();
        var addresses = Enumerable.Range(0, 10_000).Select(i => SimNetwork.At($"203.0.{i / 250 % 250}.{i % 250 + 1}", 1000 + i)).ToArray();
        Assert.True(Name(set, addresses));
        Assert.Equal(CandidateSet.MaxNamed, set.Count);
    }

    [Fact]
    public void List_OfOneAddressWithManyPorts_GivesEight()
    {
        var set = new CandidateSet();
        Name(set, [.. Enumerable.Range(1, 100).Select(port => SimNetwork.At("203.0.113.1", port))]);
        Assert.Equal(8, set.Count);
    }

    [Fact]
    public void List_OfUnusableAndOwnAddresses_GivesNone()
    {
        var set = new CandidateSet();
        var own = SimNetwork.At("192.0.2.5", 41641);
        Name(set, [SimNetwork.At("224.0.0.1", 5), SimNetwork.At("127.0.0.1", 5), own], refused: [own]);
        Assert.Equal(0, set.Count);
    }

    [Fact]
    public void NewList_ReplacesTheOld_AndLeavesWhatWasHeard()
    {
        var set = new CandidateSet();
        var (one, two, heard) = (SimNetwork.At("192.0.2.1", 1), SimNetwork.At("192.0.2.2", 2), SimNetwork.At("192.0.2.3", 3));
        Assert.True(Name(set, [one, two]));
        Assert.NotNull(set.Hear(Now, heard, Nothing, current: null));
        Assert.False(Name(set, [two]));
        Assert.False(set.TryGet(one, out _));
        Assert.True(set.TryGet(two, out _));
        Assert.True(set.TryGet(heard, out _));
    }

    [Fact]
    public void NewList_WithoutTheCurrentAddress_KeepsItUnnamed()
    {
        var set = new CandidateSet();
        var one = SimNetwork.At("192.0.2.1", 1);
        Name(set, [one]);
        Assert.True(set.TryGet(one, out var current));
        Name(set, [], current: current);
        Assert.True(set.TryGet(one, out var still));
        Assert.False(still.Named);
    }

    [Fact]
    public void Peer_ThatPingsFromEverywhere_IsHeardFromSixteenPlaces()
    {
        var set = new CandidateSet();
        for (var i = 1; i < 5000; i++) set.Hear(Now + TimeSpan.FromMilliseconds(i), SimNetwork.At("203.0.113.9", i), Nothing, current: null);
        Assert.Equal(CandidateSet.MaxHeard, set.Count);
        Assert.True(set.TryGet(SimNetwork.At("203.0.113.9", 4999), out _));
    }

    [Fact]
    public void HeardAddress_SilentForLong_IsDropped()
    {
        var set = new CandidateSet();
        set.Hear(Now, SimNetwork.At("192.0.2.1", 1), Nothing, current: null);
        set.DropSilent(Now + TimeSpan.FromSeconds(44), current: null);
        Assert.Equal(1, set.Count);
        set.DropSilent(Now + TimeSpan.FromSeconds(46), current: null);
        Assert.Equal(0, set.Count);
    }

    [Theory]
    [InlineData("192.168.0.2", 1, "192.0.2.1", 2, true)] // the LAN, though both are quick
    [InlineData("192.0.2.1", 1, "192.168.0.2", 2, false)]
    [InlineData("192.0.2.1", 50, "192.0.2.2", 52, false)] // too little to be worth it
    [InlineData("192.0.2.1", 50, "192.0.2.2", 80, true)]
    [InlineData("2001:db8::1", 50, "192.0.2.2", 55, true)]
    [InlineData("192.0.2.2", 50, "2001:db8::1", 55, false)]
    [InlineData("192.0.2.2", 20, "10.0.0.1", 60, true)] // a slow private network is not preferred at any price
    public void Preference_ByRoundTripAndKind(string other, int otherMs, string current, int currentMs, bool better) =>
        Assert.Equal(better, CandidatePreference.IsClearlyBetter(Answered(other, otherMs), Answered(current, currentMs)));

    [Fact]
    public void Preference_IsNeverMutual()
    {
        var random = new Random(7);
        string[] ips = ["192.0.2.1", "10.0.0.1", "2001:db8::1", "fd00::1", "169.254.1.1"];
        for (var i = 0; i < 20_000; i++)
        {
            var (a, b) = (Answered(ips[random.Next(5)], random.NextDouble() * 100), Answered(ips[random.Next(5)], random.NextDouble() * 100));
            Assert.False(CandidatePreference.IsClearlyBetter(a, b) && CandidatePreference.IsClearlyBetter(b, a));
        }
    }

    [Fact]
    public void RoundTrip_OfManySamples_IsSmoothed()
    {
        var candidate = Answered("192.0.2.1", 80);
        candidate.Answered(Now, TimeSpan.FromMilliseconds(160));
        Assert.Equal(90, candidate.RoundTrip.TotalMilliseconds);
    }

    private static Candidate Answered(string ip, double ms)
    {
        var candidate = new Candidate(SimNetwork.At(ip, 1));
        candidate.Answered(Now, TimeSpan.FromMilliseconds(ms));
        return candidate;
    }

    private static bool Name(CandidateSet set, TransportAddress[] addresses, HashSet<TransportAddress>? refused = null, Candidate? current = null)
    {
        var message = new byte[CallMeMaybe.SizeFor(addresses.Length)];
        CallMeMaybe.Write(message, addresses);
        return set.Name(CallMeMaybe.Read(message), refused ?? Nothing, current);
    }
}
