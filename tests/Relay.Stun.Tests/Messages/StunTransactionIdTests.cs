using Relay.Stun.Messages;
using Relay.Stun.Tests.Support;

namespace Relay.Stun.Tests.Messages;

public sealed class StunTransactionIdTests
{
    [Fact]
    public void CopyTo_AndToString_GiveTheBytesBack()
    {
        var id = new StunTransactionId(Hex.Bytes(StunBuilder.Id));
        var bytes = new byte[StunTransactionId.Size];
        id.CopyTo(bytes);
        Assert.Equal(StunBuilder.Id, Hex.Text(bytes));
        Assert.Equal(StunBuilder.Id, id.ToString());
        Assert.Equal(id, new StunTransactionId(bytes));
    }

    [Fact]
    public void Equality_OverEveryByte()
    {
        var id = new StunTransactionId(new byte[StunTransactionId.Size]);
        for (var i = 0; i < StunTransactionId.Size; i++)
        {
            var other = new byte[StunTransactionId.Size];
            other[i] = 1;
            Assert.NotEqual(id, new StunTransactionId(other));
        }
    }

    [Fact]
    public void NewRandom_IsNewEachTime() => Assert.NotEqual(StunTransactionId.NewRandom(), StunTransactionId.NewRandom());

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(13)]
    public void Constructor_OfAnotherLength_Throws(int length) =>
        Assert.Throws<ArgumentException>(() => new StunTransactionId(new byte[length]));
}
