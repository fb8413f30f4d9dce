using Relay.Stun.Messages;

namespace Relay.Stun.Answers;

/// <summary>
/// What one socket of a server knows of itself and the others, so that clients can find out how their NAT maps and filters
/// (RFC 5780).
/// </summary>
public sealed record StunStation
{
    /// <summary>Whose requests are answered.</summary>
    public StunPolicy Policy { get; init; }

    /// <summary>The socket's own address; the default value where it has several.</summary>
    public TransportAddress Own { get; init; }

    /// <summary>
    /// Another address with another port; the default value unless all four pairs of the two addresses and the two ports are
    /// served. It is what OTHER-ADDRESS says.
    /// </summary>
    public TransportAddress Other { get; init; }

    /// <summary>Which ways to answer there are: another port, another address, or both.</summary>
    public StunOrigin Origins { get; init; }

    /// <summary>Whether a client can find out all that RFC 5780 is for.</summary>
    internal bool TellsAll => Other.Family != 0;

    /// <summary>The address that an answer leaves from.</summary>
    internal TransportAddress AddressOf(StunOrigin origin) => TransportAddress.Mix(
        (origin & StunOrigin.OtherAddress) != 0 ? Other : Own, (origin & StunOrigin.OtherPort) != 0 ? Other.Port : Own.Port);
}
