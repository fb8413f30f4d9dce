using System.Net;
using System.Net.Sockets;
using Relay.Stun.Answers;
using Relay.Stun.Messages;
using Relay.Stun.Tests.Support;
using Relay.Stun.Udp;
using Relay.Testing;

namespace Relay.Stun.Tests.Udp;

/// <summary>A responder that does not serve what it was told to serve says so, in one line.</summary>
public sealed class StunBindTests
{
    [Fact]
    public async Task AddressInUse_FailsWithOneLine_AndLeavesNothingBound()
    {
        using var holder = new StunProbe(IPAddress.Loopback);
        using var free = new StunProbe(IPAddress.Loopback);
        var other = free.Local;
        free.Dispose();

        await using var responder = new StunResponder();
        var e = await Assert.ThrowsAsync<StunBindException>(() => Start(responder, other, holder.Local));
        Assert.Equal($"cannot listen for STUN on UDP {holder.Local}: the address is already in use", e.Message);
        Assert.Equal((holder.Local, SocketError.AddressAlreadyInUse), (e.EndPoint, e.Error));
        Assert.Empty(responder.EndPoints);
        using var heir = new StunProbe(IPAddress.Loopback, other.Port);
    }

    [Fact]
    public async Task SecondResponder_OnTheSamePort_Fails_ThoughOursAreShared()
    {
        var (first, server) = await Responders.StartAsync(portable: false, IPAddress.Loopback, sockets: 3);
        await using var _ = first;
        await using var second = new StunResponder(new() { SocketsPerEndPoint = 3 });
        await Assert.ThrowsAsync<StunBindException>(() => Start(second, server));
    }

    [Fact]
    public async Task AddressOfNobody_FailsWithOneLine()
    {
        await using var responder = new StunResponder();
        var e = await Assert.ThrowsAsync<StunBindException>(() => Start(responder, IPEndPoint.Parse("192.0.2.77:0")));
        Assert.Equal("cannot listen for STUN on UDP 192.0.2.77:0: no interface of this machine has that address", e.Message);
    }

    [Fact]
    public async Task WithoutIPv6_TheWildcardFallsBackToIPv4()
    {
        await using var responder = new StunResponder(new() { CreateSocket = WithoutIPv6(SocketError.AddressFamilyNotSupported) });
        var bound = Assert.Single(await Start(responder, new IPEndPoint(IPAddress.IPv6Any, 0)));
        Assert.Equal(IPAddress.Any, bound.Address);
        using var client = new StunProbe(IPAddress.Loopback);
        await client.AskAsync(new IPEndPoint(IPAddress.Loopback, bound.Port));
    }

    [Fact]
    public async Task WithoutIPv6_AnAddressOfItFails()
    {
        await using var responder = new StunResponder(new() { CreateSocket = WithoutIPv6(SocketError.AddressFamilyNotSupported) });
        var e = await Assert.ThrowsAsync<StunBindException>(() => Start(responder, new IPEndPoint(IPAddress.IPv6Loopback, 0)));
        Assert.Equal("cannot listen for STUN on UDP [::1]:0: this machine does not support the address family", e.Message);
    }

    [Fact]
    public async Task AnotherErrorOfTheWildcard_IsNotTakenForMissingIPv6()
    {
        await using var responder = new StunResponder(new() { CreateSocket = WithoutIPv6(SocketError.TooManyOpenSockets) });
        var e = await Assert.ThrowsAsync<StunBindException>(() => Start(responder, new IPEndPoint(IPAddress.IPv6Any, 0)));
        Assert.Equal(SocketError.TooManyOpenSockets, e.Error);
    }

    [Fact]
    public async Task SeveralEndPoints_AreAllServed()
    {
        await using var responder = new StunResponder();
        var bound = await Start(responder, IPEndPoint.Parse("127.0.0.1:0"), IPEndPoint.Parse("127.0.0.1:0"));
        Assert.Equal(2, bound.Distinct().Count());
        Assert.Equal(bound, responder.EndPoints);
        using var client = new StunProbe(IPAddress.Loopback);
        foreach (var server in bound) await client.AskAsync(server);
        await responder.CountedAsync(2, StunDisposition.Success, StunAddressFamily.IPv4);
    }

    [Fact]
    public async Task Responder_StartsOnlyOnce_AndNotAfterItsEnd()
    {
        var responder = new StunResponder();
        await Start(responder, IPEndPoint.Parse("127.0.0.1:0"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Start(responder, IPEndPoint.Parse("127.0.0.1:0")));
        await responder.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Start(responder, IPEndPoint.Parse("127.0.0.1:0")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(StunResponderOptions.MaxSocketsPerEndPoint + 1)]
    public void SocketsOutOfRange_AreRefused(int sockets) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new StunResponder(new() { SocketsPerEndPoint = sockets }));

    private static Task<IReadOnlyList<IPEndPoint>> Start(StunResponder responder, params IPEndPoint[] endPoints) =>
        Eventually.Done(responder.StartAsync(endPoints, TestContext.Current.CancellationToken), "the responder to start");

    private static Func<AddressFamily, Socket> WithoutIPv6(SocketError error) =>
        family => family == AddressFamily.InterNetworkV6 ? throw new SocketException((int)error) : StunSockets.Create(family);
}
