using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Relay.Stun.Tests.Support;
using Relay.Stun.Udp;
using Relay.Testing;

namespace Relay.Stun.Tests.Udp;

/// <summary>What becomes of the control message; the addresses themselves are checked over real sockets.</summary>
[SupportedOSPlatform("linux")]
public sealed class LinuxPacketInfoTests
{
    private const string Interface = "03000000";
    private const string Global = "20010db8000000000000000000000001";
    private const string LinkLocal = "fe800000000000000000000000000001";

    [Theory]
    [InlineData(0, 8, Interface + "7f000001" + "7f000002", "00000000" + "7f000002" + "7f000002")]
    [InlineData(41, 50, Global + Interface, Global + "00000000")]
    [InlineData(41, 50, "00000000000000000000ffff7f000002" + Interface, "00000000000000000000ffff7f000002" + "00000000")]
    [InlineData(41, 50, LinkLocal + Interface, LinkLocal + Interface)]
    [InlineData(41, 50, "ff020000000000000000000000000001" + Interface, "ff020000000000000000000000000001" + "00000000")]
    public void Address_IsKept_AndTheInterfaceOnlyWhereItMustBe(int level, int type, string info, string expected)
    {
        Requires.Linux();
        var control = Control(level, type, Hex.Bytes(info));
        Assert.Equal(control.Length, LinuxPacketInfo.ToReply(control));
        Assert.Equal(expected, Hex.Text(control.AsSpan(nint.Size + 8)));
    }

    [Theory]
    [InlineData(0, 8, "")]
    [InlineData(0, 8, Interface + "7f000002")]
    [InlineData(0, 50, Global + Interface)]
    [InlineData(41, 50, Global)]
    [InlineData(1, 2, Global + Interface)]
    public void AnythingElse_IsLeftToTheKernel(int level, int type, string info)
    {
        Requires.Linux();
        Assert.Equal(0, LinuxPacketInfo.ToReply(Control(level, type, Hex.Bytes(info))));
    }

    [Fact]
    public void EveryTruncation_IsLeftToTheKernel()
    {
        Requires.Linux();
        var whole = Control(41, 50, Hex.Bytes(Global + Interface));
        for (var length = 0; length < whole.Length; length++) Assert.Equal(0, LinuxPacketInfo.ToReply(whole.AsSpan(0, length)));
    }

    private static byte[] Control(int level, int type, byte[] info)
    {
        var control = new byte[nint.Size + 8 + info.Length];
        MemoryMarshal.Write(control, (nint)control.Length);
        MemoryMarshal.Write(control.AsSpan(nint.Size), level);
        MemoryMarshal.Write(control.AsSpan(nint.Size + 4), type);
        info.CopyTo(control, nint.Size + 8);
        return control;
    }
}
