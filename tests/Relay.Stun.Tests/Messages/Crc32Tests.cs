using Relay.Stun.Messages;
using Relay.Stun.Tests.Support;

namespace Relay.Stun.Tests.Messages;

public sealed class Crc32Tests
{
    [Fact]
    public void Compute_OfTheCheckString_IsTheCatalogueValue() => Assert.Equal(0xCBF43926u, Crc32.Compute("123456789"u8));

    [Fact]
    public void Compute_OfEveryLength_IsThatOfABitAtATime()
    {
        var data = new byte[100];
        new Random(1).NextBytes(data);
        for (var length = 0; length <= data.Length; length++)
            Assert.Equal(StunBuilder.SlowCrc(data.AsSpan(0, length)), Crc32.Compute(data.AsSpan(0, length)));
    }
}
