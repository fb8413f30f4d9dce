using System.Net;
using Relay.Stun.Answers;
using Relay.Stun.Counters;
using Relay.Stun.Messages;
using Relay.Stun.Tests.Support;
using Relay.Testing;

namespace Relay.Stun.Tests.Answers;

public sealed class AllocationTests
{
    private static readonly StunPolicy[] Policies = Enum.GetValues<StunPolicy>();

    [Fact]
    public void RequestAnswerAndResponse_AllocateNothing()
    {
        var socketAddress = IPEndPoint.Parse("[2001:db8::1]:40000").Serialize();
        var refused = new StunBuilder().Attribute(3, "00000006").Fingerprint().Build();
        var classic = new StunBuilder(1, "a0a1a2a3" + StunBuilder.Id).Build();
        var request = new byte[StunRequest.Size];
        var answer = new byte[StunAnswer.MaxSize];
        var counters = new StunCounters();
        var (rounds, answered) = (0, 0);

        void RoundTrip()
        {
            rounds++;
            var id = StunTransactionId.NewRandom();
            TransportAddress.TryFrom(socketAddress, out var source);
            StunRequest.Write(request, id);
            foreach (var policy in Policies)
            {
                counters.Add(StunAnswer.Decide(policy, request, source, answer, out var length), source.Family);
                if (StunResponse.Parse(answer.AsSpan(0, length), out var response) == StunResponseStatus.Success
                    && response.TransactionId == id && response.Address == source) answered++;
                counters.Add(StunAnswer.Decide(policy, refused, source, answer, out _), source.Family);
                counters.Add(StunAnswer.Decide(policy, classic, source, answer, out _), source.Family);
            }
        }

        Allocations.AssertNone(RoundTrip, "a request, its answer, and the reading of it");
        Assert.Equal(Policies.Length * rounds, answered);
    }
}
