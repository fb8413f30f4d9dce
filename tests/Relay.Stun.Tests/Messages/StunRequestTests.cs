using Relay.Stun.Messages;
using Relay.Stun.Tests.Support;
using Relay.Testing;

namespace Relay.Stun.Tests.Messages;

public sealed class StunRequestTests
{
    [Fact]
    public void Write_OfTheSpecsId_GivesTheSpecsBytes() => Assert.Equal(
        "000100142112a4420102030405060708090a0b0c802200087461696c6e6f646580280004b32c370f", Write(StunBuilder.Id));

    [Fact]
    public void Write_OfTheRecordedId_GivesTheRecordedBytes()
    {
        var vectors = Vectors.Load("stun.json");
        Assert.Equal(vectors.Text("request"), Write(vectors.Text("txid")));
    }

    [Fact]
    public void Write_WithoutRoom_Throws() =>
        Assert.Throws<ArgumentException>(() => StunRequest.Write(new byte[StunRequest.Size - 1], default));

    private static string Write(string id)
    {
        var bytes = new byte[StunRequest.Size + 1];
        Assert.Equal(StunRequest.Size, StunRequest.Write(bytes, new StunTransactionId(Hex.Bytes(id))));
        Assert.Equal(0, bytes[^1]);
        return Hex.Text(bytes.AsSpan(0, StunRequest.Size));
    }
}
