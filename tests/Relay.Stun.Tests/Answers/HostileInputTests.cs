using Relay.Stun.Answers;
using Relay.Stun.Messages;
using Relay.Stun.Tests.Support;
using static Relay.Stun.Answers.StunDisposition;

namespace Relay.Stun.Tests.Answers;

/// <summary>Whatever comes, nothing is thrown, and no answer outgrows its bounds, which <see cref="Decision"/> checks each time.</summary>
public sealed class HostileInputTests
{
    private static readonly StunPolicy[] Policies = Enum.GetValues<StunPolicy>();
    private static readonly string[] Sources = ["192.0.2.33:40000", "[2001:db8::1]:40000"];

    public static TheoryData<string> ValidMessages => new(
        Hex.Text(new StunBuilder().Build()),
        Hex.Text(new StunBuilder().Fingerprint().Build()),
        Hex.Text(new StunBuilder().Software("tailnode").Fingerprint().Build()),
        Hex.Text(new StunBuilder().Attribute(3, "00000006").Attribute(0x26, "0102").Fingerprint().Build()),
        Hex.Text(new StunBuilder().Attribute(6, "757365723a70656572").Attribute(0x24, "6e7f1eff").Attribute(8, new byte[20]).Fingerprint().Build()),
        Hex.Text(new StunBuilder(0x0011).Fingerprint().Build()),
        Hex.Text(new StunBuilder(0x0101).Attribute(0x20, "0001bd52e112a663").Build()),
        Hex.Text(new StunBuilder(1, "a0a1a2a3" + StunBuilder.Id).Attribute(3, "00000000").Attribute(2, "0001000101020304").Build()));

    [Theory, MemberData(nameof(ValidMessages))]
    public void EveryTruncation_IsDropped(string hex)
    {
        var whole = Hex.Bytes(hex);
        for (var length = 0; length < whole.Length; length++)
        {
            foreach (var policy in Policies)
                Assert.Equal(new Decision(NotStun, ""), Decision.Of(policy, whole.AsSpan(0, length), Decision.Source));
        }
    }

    [Theory, MemberData(nameof(ValidMessages))]
    public void EveryTruncation_WithTheLengthPutRight_StaysInBounds(string hex)
    {
        var whole = Hex.Bytes(hex);
        for (var length = 20; length <= whole.Length; length++)
        {
            whole[3] = (byte)(length - 20);
            Everywhere(whole.AsSpan(0, length));
        }
    }

    [Theory, MemberData(nameof(ValidMessages))]
    public void EveryByteMutated_StaysInBounds(string hex)
    {
        var whole = Hex.Bytes(hex);
        for (var i = 0; i < whole.Length; i++)
        {
            var original = whole[i];
            for (var value = 0; value < 256; value++)
            {
                whole[i] = (byte)value;
                Everywhere(whole);
            }

            whole[i] = original;
        }
    }

    [Fact]
    public void EveryAttributeOfEveryLength_DeclaredAndReal_StaysInBounds()
    {
        int[] attributes = [1, 2, 3, 6, 8, 9, 0xA, 0x14, 0x1C, 0x20, 0x24, 0x27, 0x7FFF, 0x8000, 0x8022, 0x8028, 0xFFFF];
        foreach (var attribute in attributes)
        {
            for (var real = 0; real <= 24; real += 4)
            {
                for (var declared = 0; declared <= 28; declared++)
                {
                    var message = new StunBuilder().Attribute(attribute, new byte[real]).Build();
                    message[23] = (byte)declared;
                    var decision = Everywhere(message);
                    if (declared > real) Assert.Equal(NotStun, decision.Disposition);
                }
            }
        }
    }

    [Fact]
    public void RandomBytesBehindARightHeader_StayInBounds()
    {
        var random = new Random(20);
        for (var round = 0; round < 20_000; round++)
        {
            var message = new byte[20 + 4 * random.Next(1, 40)];
            random.NextBytes(message);
            Hex.Bytes("0001").CopyTo(message, 0);
            message[2] = 0;
            message[3] = (byte)(message.Length - 20);
            if (round % 2 == 0) Hex.Bytes("2112a442").CopyTo(message, 4);
            // Half of the time, a chain of attributes that fits.
            if (round % 4 < 2) for (var i = 20; i < message.Length; i += 8) message.AsSpan(i + 2, 2).Clear();
            Everywhere(message);
        }
    }

    [Theory]
    [InlineData("192.0.2.33:0")]
    [InlineData("0.0.0.0:40000")]
    [InlineData("239.1.2.3:40000")]
    [InlineData("255.255.255.255:40000")]
    [InlineData("[::]:40000")]
    [InlineData("[ff02::1]:40000")]
    [InlineData("[::ffff:224.0.0.1]:40000")]
    public void SourceThatCannotBeReal_GetsNothing(string source)
    {
        foreach (var policy in Policies)
            Assert.Equal(new Decision(BadSource, ""), Decision.Of(policy, new StunBuilder().Software("tailnode").Fingerprint().Build(), source));
    }

    [Fact]
    public void NoSourceAtAll_GetsNothing() =>
        Assert.Equal(new Decision(BadSource, ""), Decision.Of(StunPolicy.Public, new StunBuilder().Build(), default(TransportAddress)));

    [Fact]
    public void OurOwnAnswers_GetNoAnswer()
    {
        foreach (var request in ValidMessages)
        {
            foreach (var source in Sources)
            {
                var answer = Decision.Public(Hex.Bytes(request.Data), source).Answer;
                if (answer.Length > 0) Assert.Equal("", Decision.Public(Hex.Bytes(answer), source).Answer);
            }
        }
    }

    [Fact]
    public void RoomTooSmallForAnAnswer_Throws() => Assert.Throws<ArgumentException>(
        () => StunAnswer.Decide(StunPolicy.Public, new byte[20], default, new byte[StunAnswer.MaxSize - 1], out _));

    private static Decision Everywhere(ReadOnlySpan<byte> datagram)
    {
        Decision? last = null;
        foreach (var source in Sources)
        {
            foreach (var policy in Policies)
            {
                last = Decision.Of(policy, datagram, source);
            }
        }

        return last!;
    }
}
