using System.Net;
using Relay.Stun.Answers;
using Relay.Stun.Messages;
using Relay.Stun.Tests.Support;
using Relay.Stun.Udp;
using Relay.Testing;
using Relay.Testing.Namespaces;

namespace Relay.Stun.Tests.Udp;

/// <summary>The responder with several sockets: who is asked, and who answers.</summary>
public sealed class BehaviourResponderTests
{
    public static TheoryData<bool> Transports => Responders.Transports;

    [Theory, MemberData(nameof(Transports))]
    public async Task ChangeRequest_IsAnsweredFromTheOtherSocket(bool portable)
    {
        Requires.Linux();
        await using var responder = await Responders.StartQuadAsync(portable);
        var (own, other) = (responder.EndPoints[0], responder.EndPoints[3]);
        using var client = new StunProbe(IPAddress.Loopback);
        foreach (var (origin, from) in new[]
        {
            (StunOrigin.Same, own),
            (StunOrigin.OtherPort, new IPEndPoint(own.Address, other.Port)),
            (StunOrigin.OtherAddress, new IPEndPoint(other.Address, own.Port)),
            (StunOrigin.OtherAddress | StunOrigin.OtherPort, other),
        })
        {
            var request = new byte[StunRequest.ChangeSize];
            StunRequest.WriteChange(request, StunTransactionId.NewRandom(), origin);
            client.Send(request, own);
            var (datagram, sender) = await client.ReceiveAsync($"the answer from {from}");
            Assert.Equal(from, sender);
            Assert.Equal(StunResponseStatus.Success, StunResponse.Parse(datagram, out var response));
            Assert.Equal((client.Local, other), (response.Address.ToIPEndPoint(), response.OtherAddress.ToIPEndPoint()));
        }

        await responder.CountedAsync(4, StunDisposition.Success, StunAddressFamily.IPv4);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task ResponsePort_IsWhereTheAnswerGoes(bool portable)
    {
        Requires.Linux();
        await using var responder = await Responders.StartQuadAsync(portable);
        using var client = new StunProbe(IPAddress.Loopback);
        using var waiting = new StunProbe(IPAddress.Loopback);
        var request = new StunBuilder().Attribute(0x27, $"{waiting.Local.Port:x4}0000").Build();
        client.Send(request, responder.EndPoints[0]);
        var (datagram, _) = await waiting.ReceiveAsync("the answer at the other port");
        Assert.Equal(StunResponseStatus.Success, StunResponse.Parse(datagram, out var response));
        Assert.Equal(client.Local, response.Address.ToIPEndPoint());
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task TwoPortsOfTheWildcard_AnswerForEachOther_FromTheAddressThatWasAsked(bool portable)
    {
        Requires.Linux();
        await using var responder = new StunResponder(new() { UsePortableTransport = portable });
        var any = new IPEndPoint(IPAddress.Any, 0);
        var bound = await responder.StartAsync([any, any]);
        using var client = new StunProbe(IPAddress.Loopback);
        var request = new byte[StunRequest.ChangeSize];
        StunRequest.WriteChange(request, StunTransactionId.NewRandom(), StunOrigin.OtherPort);
        // Which address a portable answer leaves from is the system's choice.
        var asked = IPAddress.Parse(portable ? "127.0.0.1" : "127.0.0.5");
        client.Send(request, new IPEndPoint(asked, bound[0].Port));
        var (_, from) = await client.ReceiveAsync("the answer from the other port");
        Assert.Equal(new IPEndPoint(asked, bound[1].Port), from);
    }

    [Fact]
    public async Task WithoutTheCallsForManyDatagrams_TheResponderAnswersOneByOne()
    {
        await using var responder = new StunResponder(new() { CanBatch = () => false });
        Assert.False(responder.IsBatched);
        var bound = await responder.StartAsync([new IPEndPoint(IPAddress.Loopback, 0)]);
        using var client = new StunProbe(IPAddress.Loopback);
        await client.AskAsync(bound[0]);
    }

    [Fact]
    public void Linux_HasTheCallsForManyDatagrams()
    {
        if (!OperatingSystem.IsLinux()) throw Missing.Because("needs Linux");
        Assert.True(LinuxSocketApi.CanBatch());
        Assert.True(new StunResponder().IsBatched);
    }

    [Fact]
    public async Task BothWildcards_OnOnePort_EachServeTheirFamily()
    {
        var loopback = StunProbe.IPv6Loopback();
        using var free = new StunProbe(IPAddress.Any);
        var port = free.Local.Port;
        free.Dispose();
        await using var responder = new StunResponder();
        await responder.StartAsync([new IPEndPoint(IPAddress.IPv6Any, port), new IPEndPoint(IPAddress.Any, port)]);
        foreach (var address in new[] { IPAddress.Loopback, loopback })
        {
            using var client = new StunProbe(address);
            await client.AskAsync(new IPEndPoint(address, port));
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task FloodFromAnothersAddress_IsLimited_AndTailscaleClientsAreNot(bool portable)
    {
        await using var there = await NetworkNamespace.CreateAsync("stun");
        await using var here = await NetworkNamespace.CreateAsync("client");
        await there.ConnectAsync("v0", here, "v0");
        await there.AddAddressAsync("v0", "192.0.2.1/24");
        await here.AddAddressAsync("v0", "192.0.2.2/24");
        await using var responder = new StunResponder(new()
        {
            UsePortableTransport = portable,
            SocketsPerEndPoint = 1,
            CreateSocket = family => there.Make(() => StunSockets.Create(family)),
        });
        var server = (await responder.StartAsync([IPEndPoint.Parse("192.0.2.1:3478")]))[0];
        using var client = here.Make(() => new StunProbe(IPAddress.Parse("192.0.2.2")));
        var bare = new StunBuilder().Build();

        // The next ones when those before are counted: what a full buffer loses nobody hears of. The first finds the way there.
        await client.AskAsync(server);
        var sent = 1;
        await Eventually.True(() =>
        {
            var statistics = responder.GetStatistics();
            if (statistics[StunDisposition.Success] + statistics[StunDisposition.RateLimited] < sent) return false;
            if (statistics[StunDisposition.RateLimited] > 0) return true;
            for (var i = 0; i < 400; i++, sent++) client.Send(bare, server);
            return false;
        }, "the flood to be limited");
        Assert.True(responder.GetStatistics()[StunDisposition.Success] >= 64 * 1024 / 12);
        using var other = here.Make(() => new StunProbe(IPAddress.Parse("192.0.2.2")));
        await other.AskAsync(server);
    }
}
