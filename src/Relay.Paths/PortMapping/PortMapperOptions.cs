using System.Net;
using System.Net.Sockets;

namespace Relay.Paths.PortMapping;

/// <summary>Settings of a <see cref="PortMapper"/>.</summary>
public sealed record PortMapperOptions
{
    /// <summary>
    /// The router; null to look for it each time. What is found counts only where it and this machine's own address are
    /// private, as behind a NAT.
    /// </summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>How long a mapping is asked for. Default two hours; 2 minutes to 1 day.</summary>
    public TimeSpan Lifetime
    {
        get;
        init => field = value >= Shortest && value <= Longest
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Lifetime), $"Lifetime is {value}; 2 minutes to 1 day was expected");
    } = TimeSpan.FromHours(2);

    /// <summary>What the router lists the mapping as, where it lists any.</summary>
    public string Description { get; init; } = "relay";

    /// <summary>The clock of every deadline and renewal.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The port of NAT-PMP and PCP; another in tests.</summary>
    internal int NatPmpPort { get; init; } = 5351;

    /// <summary>The port of UPnP's discovery; another in tests.</summary>
    internal int SsdpPort { get; init; } = 1900;

    /// <summary>Makes an IPv4 socket; a test's way into another network.</summary>
    internal Func<SocketType, ProtocolType, Socket> CreateSocket { get; init; } =
        static (type, protocol) => new Socket(AddressFamily.InterNetwork, type, protocol);

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(2), Longest = TimeSpan.FromDays(1);
}
