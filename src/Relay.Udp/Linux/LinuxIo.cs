using System.Runtime.Versioning;

namespace Relay.Udp.Linux;

/// <summary><c>recvmmsg</c> and <c>sendmmsg</c>, with UDP segmentation where the kernel has it.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxIo : UdpIo
{
    public override IDatagramReader CreateReader(UdpSocket socket) => new LinuxReader(socket);

    public override IDatagramWriter CreateWriter(SendFailed? failed = null) => new LinuxWriter(failed);
}
