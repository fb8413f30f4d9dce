using System.Net;
using Relay.Stun.Answers;
using Relay.Stun.Messages;
using Relay.Stun.Udp;
using Relay.Testing;

namespace Relay.Stun.Tests.Support;

/// <summary>Responders on loopback, and their counters.</summary>
internal static class Responders
{
    /// <summary>Both transports: the one for Linux, where this is Linux, and the portable one.</summary>
    internal static TheoryData<bool> Transports => OperatingSystem.IsLinux() ? [false, true] : [true];

    internal static async Task<(StunResponder Responder, IPEndPoint EndPoint)> StartAsync(
        bool portable, IPAddress address, int sockets = 2, StunPolicy policy = StunPolicy.Public)
    {
        var responder = new StunResponder(new() { UsePortableTransport = portable, SocketsPerEndPoint = sockets, Policy = policy });
        var endPoints = await responder.StartAsync([new IPEndPoint(address, 0)], TestContext.Current.CancellationToken);
        var endPoint = Assert.Single(endPoints);
        Assert.NotEqual(0, endPoint.Port);
        return (responder, endPoint);
    }

    /// <summary>A responder with all four pairs of 127.0.0.1, 127.0.0.2 and two ports; the last of its endpoints is the other of the first.</summary>
    internal static async Task<StunResponder> StartQuadAsync(bool portable)
    {
        var (one, other) = (IPAddress.Loopback, IPAddress.Parse("127.0.0.2"));
        for (var attempt = 0; ; attempt++)
        {
            using var first = new StunProbe(IPAddress.Any);
            using var second = new StunProbe(IPAddress.Any);
            var (port, otherPort) = (first.Local.Port, second.Local.Port);
            first.Dispose();
            second.Dispose();
            var responder = new StunResponder(new() { UsePortableTransport = portable, SocketsPerEndPoint = 2 });
            try
            {
                await responder.StartAsync([new(one, port), new(one, otherPort), new(other, port), new(other, otherPort)]);
                return responder;
            }
            catch (StunBindException) when (attempt < 10)
            {
                // Somebody was faster to take the port.
                await responder.DisposeAsync();
            }
        }
    }

    /// <summary>Waits until <paramref name="disposition"/> was counted so many times; an answer may overtake its count.</summary>
    internal static Task CountedAsync(this StunResponder responder, long expected, StunDisposition disposition, StunAddressFamily family) =>
        Eventually.True(
            () => responder.GetStatistics()[disposition, family] == expected, $"{disposition} over {family} to be counted {expected} times");
}
