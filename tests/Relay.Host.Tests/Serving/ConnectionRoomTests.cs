using Relay.Host.Serving;

namespace Relay.Host.Tests.Serving;

public sealed class ConnectionRoomTests
{
    [Theory]
    [InlineData(100_000, 1_048_576, 200, 100_000)]
    [InlineData(100_000, 20_000, 200, 19_544)]
    [InlineData(100, 20_000, 200, 100)]
    [InlineData(100_000, 256, 200, 14)]
    [InlineData(100_000, 100, 200, 1)]
    public void Room_IsWhatLeavesDescriptorsForTheRest(int asked, long limit, int open, int room) =>
        Assert.Equal(room, ConnectionRoom.Of(asked, limit, open));
}
