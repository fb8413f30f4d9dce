using Relay.Protocol.Frames;

namespace Relay.Protocol.Tests.Frames;

public sealed class FrameLimitsTests
{
    private const uint Other = 1 << 20;

    /// <summary>Each frame type, with the shortest and the longest payload that a relay reads (spec/derp.md 7.2 to 7.4).</summary>
    public static TheoryData<FrameType, uint, uint> RelayLimits { get; } = new()
    {
        { FrameType.ServerKey, 0, Other },
        { FrameType.ClientInfo, 0, Other },
        { FrameType.ServerInfo, 0, Other },
        { FrameType.SendPacket, 32, 32 + 65536 },
        { FrameType.RecvPacket, 0, Other },
        { FrameType.KeepAlive, 0, Other },
        { FrameType.NotePreferred, 1, 1 },
        { FrameType.PeerGone, 0, Other },
        { FrameType.PeerPresent, 0, Other },
        { FrameType.ForwardPacket, 64, 64 + 65536 },
        { FrameType.WatchConns, 0, 0 },
        { FrameType.ClosePeer, 32, 32 },
        { FrameType.Ping, 8, 1000 },
        { FrameType.Pong, 0, Other },
        { FrameType.Health, 0, Other },
        { FrameType.Restarting, 0, Other },
        { (FrameType)0x00, 0, Other },
        { (FrameType)0x0B, 0, Other },
        { (FrameType)0x0F, 0, Other },
        { (FrameType)0x7F, 0, Other },
        { (FrameType)0xFF, 0, Other },
    };

    [Theory]
    [MemberData(nameof(RelayLimits))]
    public void RelayAccepts_ExactlyTheLengthsOfTheType(FrameType type, uint least, uint most) => CheckRange(FrameLimits.RelayAccepts, type, least, most);

    [Fact]
    public void RelayLimits_NameEveryType()
    {
        var named = RelayLimits.Select(row => row.Data.Item1).ToHashSet();
        Assert.All(Enum.GetValues<FrameType>(), type => Assert.Contains(type, named));
    }

    [Fact]
    public void RelayAcceptsFirst_OnlyAClientInfoOfItsLengths()
    {
        CheckRange(FrameLimits.RelayAcceptsFirst, FrameType.ClientInfo, 56, 262144);
        for (var type = 0; type <= 255; type++)
        {
            if (type != (int)FrameType.ClientInfo) Assert.False(FrameLimits.RelayAcceptsFirst(new FrameHeader((FrameType)type, 104)), $"type {type}");
        }
    }

    [Fact]
    public void ClientAccepts_AnyTypeUpToOneMebibyte()
    {
        for (var type = 0; type <= 255; type++) CheckRange(FrameLimits.ClientAccepts, (FrameType)type, 0, Other);
    }

    // Through the frame reader, with no more than the header there.
    private static void CheckRange(Func<FrameHeader, bool> accepts, FrameType type, uint least, uint most)
    {
        foreach (var length in new uint[] { 0, 1, least - 1, least, least + 1, most - 1, most, most + 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF })
        {
            byte[] head = [(byte)type, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length];
            var expected = length < least || length > most ? FrameStatus.BadLength : length == 0 ? FrameStatus.Complete : FrameStatus.NeedMoreData;
            Assert.True(expected == Frame.TryRead(head, accepts, out _), $"{type} with a length of {length}: expected {expected}");
        }
    }
}
