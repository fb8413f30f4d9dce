using System.Runtime.InteropServices;

namespace Relay.Server.Transport.Epoll;

/// <summary>A struct sockaddr that is all zero: family AF_UNSPEC.</summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct UnspecifiedAddress
{
    public const int Size = 16;
}
