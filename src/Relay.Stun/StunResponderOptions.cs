using System.Net.Sockets;
using Relay.Stun.Answers;
using Relay.Stun.Udp;

namespace Relay.Stun;

/// <summary>Settings of a <see cref="StunResponder"/>; the defaults are what a public relay wants.</summary>
public sealed record StunResponderOptions
{
    /// <summary>The most sockets an endpoint may have.</summary>
    public const int MaxSocketsPerEndPoint = 64;

    /// <summary>Whose requests are answered. Default: everybody's.</summary>
    public StunPolicy Policy { get; init; } = StunPolicy.Public;

    /// <summary>
    /// Sockets, and so threads, for each endpoint, 1 to <see cref="MaxSocketsPerEndPoint"/>. Default: one a core and at most
    /// 4, which answer more than any relay is asked. Used on Linux only: elsewhere there is one.
    /// </summary>
    public int SocketsPerEndPoint { get; init; } = Math.Min(Environment.ProcessorCount, 4);

    /// <summary>Whether to use .NET's sockets on Linux too, as on other systems. Default false.</summary>
    public bool UsePortableTransport { get; init; }

    /// <summary>The clock for pauses after repeated errors.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Whether this system has the calls for many datagrams at once; a test's way to one without.</summary>
    internal Func<bool> CanBatch { get; init; } = static () => OperatingSystem.IsLinux() && LinuxSocketApi.CanBatch();

    /// <summary>Makes an unbound UDP socket; a test's way to a machine without IPv6.</summary>
    internal Func<AddressFamily, Socket> CreateSocket { get; init; } = StunSockets.Create;
}
