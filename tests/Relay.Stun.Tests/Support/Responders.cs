using System.Net;
using Relay.Stun.Answers;
using Relay.Stun.Messages;
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

    /// <summary>Waits until <paramref name="disposition"/> was counted so many times; an answer may overtake its count.</summary>
    internal static Task CountedAsync(this StunResponder responder, long expected, StunDisposition disposition, StunAddressFamily family) =>
        Eventually.True(
            () => responder.GetStatistics()[disposition, family] == expected, $"{disposition} over {family} to be counted {expected} times");
}
