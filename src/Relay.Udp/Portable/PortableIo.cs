namespace Relay.Udp.Portable;

/// <summary>What .NET offers on every system.</summary>
internal sealed class PortableIo : UdpIo
{
    public override IDatagramReader CreateReader(UdpSocket socket) => new PortableReader(socket);

    public override IDatagramWriter CreateWriter(SendFailed? failed = null) => new PortableWriter(failed);
}
