using Relay.Host.Status;

namespace Relay.Host.Tests.Status;

public sealed class DebugEndpointsTests
{
    [Fact]
    public void Check_OfSoundBooks_IsOkay() => Assert.Equal((200, "okay\n"), DebugEndpoints.Verdict([]));

    [Fact]
    public void Check_OfBooksThatAreNot_FailsWithALineForEachProblem() =>
        Assert.Equal((500, "one thing\nanother\n"), DebugEndpoints.Verdict(["one thing", "another"]));
}
