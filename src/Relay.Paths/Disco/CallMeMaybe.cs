using Relay.Stun.Messages;

namespace Relay.Paths.Disco;

/// <summary>
/// "These are my addresses, I am sending to yours, send to mine now" (spec/disco.md 4.3). Goes through the relay only.
/// Reads in place: making one costs nothing, whatever it holds.
/// </summary>
internal readonly ref struct CallMeMaybe
{
    // | 3 | 0 | addresses (18 each) |
    private const int AddressesAt = 2;

    private readonly ReadOnlySpan<byte> _addresses;

    private CallMeMaybe(ReadOnlySpan<byte> addresses) => _addresses = addresses;

    internal int Count => _addresses.Length / DiscoAddress.Size;

    internal TransportAddress this[int index] => DiscoAddress.Read(_addresses[(index * DiscoAddress.Size)..]);

    /// <summary>Reads a message of type call-me-maybe. One of another version, or that is cut, is an empty list and no error.</summary>
    internal static CallMeMaybe Read(ReadOnlySpan<byte> message)
    {
        var addresses = message[AddressesAt..];
        return message[1] == 0 && addresses.Length % DiscoAddress.Size == 0 ? new CallMeMaybe(addresses) : default;
    }

    internal static int SizeFor(int addresses) => AddressesAt + addresses * DiscoAddress.Size;

    /// <summary>Writes a message of <see cref="SizeFor"/> bytes.</summary>
    internal static void Write(Span<byte> message, ReadOnlySpan<TransportAddress> addresses)
    {
        message[0] = (byte)DiscoMessageType.CallMeMaybe;
        message[1] = 0;
        for (var i = 0; i < addresses.Length; i++) DiscoAddress.Write(message[SizeFor(i)..], addresses[i]);
    }
}
