using System.Net;
using System.Net.Sockets;
using Relay.Stun.Answers;
using Relay.Stun.Counters;
using Relay.Stun.Messages;
using Relay.Stun.Tests.Support;
using Relay.Testing;

namespace Relay.Stun.Tests.Udp;

/// <summary>What a client sees, over real sockets and both transports.</summary>
public sealed class StunResponderTests
{
    public static TheoryData<bool> Transports => Responders.Transports;

    [Theory, MemberData(nameof(Transports))]
    public async Task IPv4Client_GetsItsAddress(bool portable)
    {
        var (responder, server) = await Responders.StartAsync(portable, IPAddress.Loopback);
        await using var _ = responder;
        using var client = new StunProbe(IPAddress.Loopback);
        await client.AskAsync(server);
        await responder.CountedAsync(1, StunDisposition.Success, StunAddressFamily.IPv4);
        Assert.Equal(1, responder.GetStatistics().Accepted(StunAddressFamily.IPv4));
        Assert.Equal(1, StunLabels.Dispositions.Sum(disposition => responder.GetStatistics()[disposition]));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task IPv6Client_GetsItsAddress(bool portable)
    {
        var loopback = StunProbe.IPv6Loopback();
        var (responder, server) = await Responders.StartAsync(portable, loopback);
        await using var _ = responder;
        using var client = new StunProbe(loopback);
        await client.AskAsync(server);
        await responder.CountedAsync(1, StunDisposition.Success, StunAddressFamily.IPv6);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task DualStackSocket_ServesBothFamilies_EachAsItself(bool portable)
    {
        var loopback = StunProbe.IPv6Loopback();
        var (responder, server) = await Responders.StartAsync(portable, IPAddress.IPv6Any);
        await using var _ = responder;
        using var client4 = new StunProbe(IPAddress.Loopback);
        using var client6 = new StunProbe(loopback);
        await client4.AskAsync(new IPEndPoint(IPAddress.Loopback, server.Port));
        await client6.AskAsync(new IPEndPoint(loopback, server.Port));
        await responder.CountedAsync(1, StunDisposition.Success, StunAddressFamily.IPv4);
        await responder.CountedAsync(1, StunDisposition.Success, StunAddressFamily.IPv6);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task WildcardSocket_AnswersFromTheAddressThatWasAsked(string wildcard)
    {
        Requires.Linux();
        if (wildcard == "::") StunProbe.IPv6Loopback();
        var (responder, server) = await Responders.StartAsync(portable: false, IPAddress.Parse(wildcard));
        await using var _ = responder;
        using var client = new StunProbe(IPAddress.Loopback);
        // By itself, the kernel would answer all of them from 127.0.0.1. Several in turn: a place in the batch is used again.
        foreach (var asked in new[] { "127.0.0.2", "127.0.0.1", "127.0.0.3" })
            await client.AskAsync(new IPEndPoint(IPAddress.Parse(asked), server.Port));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task RequestToABroadcastAddress_GetsNoAnswer_AndHoldsUpNobody(string wildcard)
    {
        Requires.Linux();
        if (wildcard == "::") StunProbe.IPv6Loopback();
        // The kernel gives each socket a copy: two answers to one datagram, were they sent.
        var (responder, server) = await Responders.StartAsync(portable: false, IPAddress.Parse(wildcard), sockets: 2);
        await using var _ = responder;
        using var client = new StunProbe(IPAddress.Loopback);
        client.Send(new StunBuilder().Build(), IPEndPoint.Parse($"127.255.255.255:{server.Port}"));
        await client.AskAsync(new IPEndPoint(IPAddress.Loopback, server.Port));
        await responder.CountedAsync(2, StunDisposition.WriteError, StunAddressFamily.IPv4);
        await client.AskAsync(new IPEndPoint(IPAddress.Loopback, server.Port));
        await responder.CountedAsync(2, StunDisposition.Success, StunAddressFamily.IPv4);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task ManyClients_AreAllAnswered_AndSpreadOverTheSockets(bool portable)
    {
        Requires.Linux();
        var (responder, server) = await Responders.StartAsync(portable, IPAddress.Loopback, sockets: 3);
        await using var _ = responder;
        var clients = Enumerable.Range(0, 64).Select(_ => new StunProbe(IPAddress.Loopback)).ToArray();
        await Task.WhenAll(clients.Select(client => client.AskAsync(server)));
        foreach (var client in clients) client.Dispose();
        await responder.CountedAsync(64, StunDisposition.Success, StunAddressFamily.IPv4);
        Assert.Equal(3, responder.CountersOfSockets.Count);
        // One in 3^64 / 3 that a socket stays without a client by chance.
        Assert.All(responder.CountersOfSockets, socket => Assert.NotEqual(0, new StunStatistics([socket])[StunDisposition.Success]));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Burst_IsAnsweredWhole_WithDropsInBetween(bool portable)
    {
        var (responder, server) = await Responders.StartAsync(portable, IPAddress.Loopback, sockets: 1);
        await using var _ = responder;
        using var client = new StunProbe(IPAddress.Loopback);
        var expected = new HashSet<string>();
        for (var i = 0; i < 150; i++)
        {
            client.Send(Hex.Bytes($"000100002112a442{i:x24}"), server);
            client.Send(i % 2 == 0 ? Hex.Bytes($"001100002112a442{i:x24}") : [1, 2, 3], server);
            expected.Add($"{i:x24}");
        }

        for (var i = 0; i < 150; i++)
        {
            var (datagram, _) = await client.ReceiveAsync($"answer {i} of 150");
            Assert.Equal(StunResponseStatus.Success, StunResponse.Parse(datagram, out var response));
            Assert.Equal(client.Local, response.Address.ToIPEndPoint());
            Assert.True(expected.Remove(response.TransactionId.ToString()), "answered twice");
        }

        await responder.CountedAsync(150, StunDisposition.Success, StunAddressFamily.IPv4);
        await responder.CountedAsync(75, StunDisposition.Indication, StunAddressFamily.IPv4);
        await responder.CountedAsync(75, StunDisposition.NotStun, StunAddressFamily.IPv4);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task DatagramOver1500Bytes_IsDropped(bool portable)
    {
        var (responder, server) = await Responders.StartAsync(portable, IPAddress.Loopback, sockets: 1);
        await using var _ = responder;
        using var client = new StunProbe(IPAddress.Loopback);
        // Right but for its size; cut to 1500 bytes, it would be wrong. The last looks right when it is cut.
        client.Send(new StunBuilder().Attribute(0x8022, new byte[1500 - 24 + 4]).Build(), server);
        client.Send(new StunBuilder().Attribute(0x8022, new byte[40_000]).Build(), server);
        client.Send([.. new StunBuilder().Attribute(0x8022, new byte[1500 - 24]).Build(), 0], server);
        await client.AskAsync(server);
        await responder.CountedAsync(3, StunDisposition.NotStun, StunAddressFamily.IPv4);
        await responder.CountedAsync(1, StunDisposition.Success, StunAddressFamily.IPv4);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task EveryDisposition_IsCounted(bool portable)
    {
        var (responder, server) = await Responders.StartAsync(portable, IPAddress.Loopback, sockets: 1);
        await using var _ = responder;
        using var client = new StunProbe(IPAddress.Loopback);
        client.Send([], server);
        client.Send(new StunBuilder(1, "a0a1a2a3" + StunBuilder.Id).Build(), server);
        client.Send(new StunBuilder().Fingerprint(1).Build(), server);
        client.Send(new StunBuilder().Attribute(3, "00000006").Build(), server);
        client.Send(new StunBuilder(0x0101).Build(), server);
        foreach (var disposition in new[]
        {
            StunDisposition.NotStun, StunDisposition.SuccessClassic, StunDisposition.BadFingerprint, StunDisposition.UnknownAttribute420,
            StunDisposition.ResponseDropped,
        }) await responder.CountedAsync(1, disposition, StunAddressFamily.IPv4);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task TailscaleOnly_LeavesOthersUnanswered(bool portable)
    {
        var (responder, server) = await Responders.StartAsync(portable, IPAddress.Loopback, sockets: 1, StunPolicy.TailscaleOnly);
        await using var _ = responder;
        using var client = new StunProbe(IPAddress.Loopback);
        client.Send(new StunBuilder().Build(), server);
        await client.AskAsync(server);
        await responder.CountedAsync(1, StunDisposition.WrongSoftware, StunAddressFamily.IPv4);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Dispose_EndsAtOnce_FreesThePort_AndKeepsTheCounters(bool portable)
    {
        var (responder, server) = await Responders.StartAsync(portable, IPAddress.Loopback);
        using var client = new StunProbe(IPAddress.Loopback);
        await client.AskAsync(server);
        await Eventually.Done(responder.DisposeAsync(), "the responder to stop");
        await Eventually.Done(responder.DisposeAsync(), "the responder to stop again");
        Assert.Equal(1, responder.GetStatistics()[StunDisposition.Success]);
        using var heir = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        heir.Bind(server);
    }
}
