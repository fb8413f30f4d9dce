using Relay.Udp.Linux;
using Relay.Udp.Portable;

namespace Relay.Udp;

/// <summary>A way to read and write datagrams.</summary>
public abstract class UdpIo
{
    /// <summary>One datagram a call, on every system.</summary>
    public static UdpIo Portable { get; } = new PortableIo();

    /// <summary>The best that this system has.</summary>
    public static UdpIo Best { get; } = OperatingSystem.IsLinux() ? new LinuxIo() : Portable;

    /// <summary>A reader, for one thread. A socket has one at most.</summary>
    public abstract IDatagramReader CreateReader(UdpSocket socket);

    /// <summary>A writer, for any sockets.</summary>
    /// <param name="failed">Hears of what could not be sent.</param>
    public abstract IDatagramWriter CreateWriter(SendFailed? failed = null);
}
