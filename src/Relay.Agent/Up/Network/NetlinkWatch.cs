using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Relay.Agent.Up.Network;

/// <summary>Linux's own notices, by an rtnetlink socket.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class NetlinkWatch : INetworkWatch
{
    private const int Netlink = 16, Raw = 3, CloseOnExec = 0x80000, Route = 0;

    // RTMGRP_LINK, IPV4_IFADDR, IPV4_ROUTE, IPV6_IFADDR, IPV6_ROUTE.
    private const uint Groups = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly Socket _socket;

    private NetlinkWatch(Socket socket) => _socket = socket;

    /// <exception cref="Win32Exception">The kernel does not give one.</exception>
    internal static NetlinkWatch Open()
    {
        var handle = socket(Netlink, Raw | CloseOnExec, Route);
        if (handle < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        var owned = new Socket(new SafeSocketHandle(handle, ownsHandle: true));
        var address = new NetlinkAddress { Family = Netlink, Groups = Groups };
        if (bind(handle, address, Marshal.SizeOf<NetlinkAddress>()) == 0) return new NetlinkWatch(owned);
        var error = Marshal.GetLastPInvokeError();
        owned.Dispose();
        throw new Win32Exception(error);
    }

    public async Task<NetworkEvents> NextAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                var length = await _socket.ReceiveAsync(_buffer, stop);
                if (NetlinkMessages.Read(_buffer.AsSpan(0, length)) is var events and not NetworkEvents.None) return events;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
            {
                // More came than the socket holds: anything may have changed.
                return NetworkEvents.Something | NetworkEvents.DefaultRoute;
            }
        }
    }

    public void Dispose() => _socket.Dispose();

#pragma warning disable IDE1006, SYSLIB1054 // the C library's own names
    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int socket, in NetlinkAddress address, int length);
#pragma warning restore IDE1006, SYSLIB1054

    /// <summary>struct sockaddr_nl.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct NetlinkAddress
    {
        internal ushort Family;
        internal ushort Padding;
        internal uint Port;
        internal uint Groups;
    }
}
