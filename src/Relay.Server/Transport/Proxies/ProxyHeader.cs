using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Relay.Server.Transport.Proxies;

/// <summary>
/// The PROXY protocol, versions 1 and 2: how a proxy that passes bytes on says whose they are. A function: bytes in,
/// status out (haproxy.org, proxy-protocol.txt).
/// </summary>
/// <param name="Length">Bytes of the header.</param>
/// <param name="Source">The client; null when the proxy speaks for itself or does not know.</param>
internal readonly record struct ProxyHeader(int Length, IPEndPoint? Source)
{
    /// <summary>The longest header that is believed: version 2 with the extensions that proxies add.</summary>
    public const int MaxLength = 2048;

    private const int MaxV1 = 107;
    private const int V2Head = 16;

    private static ReadOnlySpan<byte> V1Start => "PROXY "u8;

    private static ReadOnlySpan<byte> V2Start => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Judges the start of a connection.</summary>
    public static ProxyHeaderStatus TryRead(ReadOnlySpan<byte> input, out ProxyHeader header)
    {
        header = default;
        if (Begins(input, V2Start)) return input.Length < V2Head ? ProxyHeaderStatus.NeedMoreData : ReadV2(input, out header);
        if (Begins(input, V1Start)) return input.Length < V1Start.Length ? ProxyHeaderStatus.NeedMoreData : ReadV1(input, out header);
        return ProxyHeaderStatus.None;
    }

    // As far as there is anything to compare.
    private static bool Begins(ReadOnlySpan<byte> input, ReadOnlySpan<byte> start)
    {
        var common = Math.Min(input.Length, start.Length);
        return input[..common].SequenceEqual(start[..common]);
    }

    // "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n", or "PROXY UNKNOWN" and whatever follows.
    private static ProxyHeaderStatus ReadV1(ReadOnlySpan<byte> input, out ProxyHeader header)
    {
        header = default;
        var end = input[..Math.Min(input.Length, MaxV1)].IndexOf("\r\n"u8);
        if (end < 0) return input.Length >= MaxV1 ? ProxyHeaderStatus.Malformed : ProxyHeaderStatus.NeedMoreData;
        var words = Encoding.ASCII.GetString(input[V1Start.Length..end]).Split(' ');
        if (words[0] == "UNKNOWN")
        {
            header = new ProxyHeader(end + 2, null);
            return ProxyHeaderStatus.Complete;
        }

        var isV6 = words[0] == "TCP6";
        if (words.Length != 5 || !(isV6 || words[0] == "TCP4")
            || !TryReadAddress(words[1], isV6, out var source) || !TryReadAddress(words[2], isV6, out _)
            || !TryReadPort(words[3], out var port) || !TryReadPort(words[4], out _)) return ProxyHeaderStatus.Malformed;
        header = new ProxyHeader(end + 2, new IPEndPoint(source, port));
        return ProxyHeaderStatus.Complete;
    }

    private static bool TryReadAddress(string text, bool isV6, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.Contains(':', StringComparison.Ordinal) != isV6 || text.AsSpan().IndexOfAny("%[]") >= 0) return false;
        if (!isV6 && text.Count(c => c == '.') != 3) return false;
        if (!IPAddress.TryParse(text, out var read)) return false;
        address = read.IsIPv4MappedToIPv6 ? read.MapToIPv4() : read;
        return true;
    }

    private static bool TryReadPort(string text, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port);

    // | signature (12) | version, command | family, protocol | length (2) | source, destination, ports | extensions |
    private static ProxyHeaderStatus ReadV2(ReadOnlySpan<byte> input, out ProxyHeader header)
    {
        header = default;
        var length = V2Head + BinaryPrimitives.ReadUInt16BigEndian(input[14..]);
        var (version, command, family) = (input[12] >> 4, input[12] & 0xf, input[13]);
        if (version != 2 || command > 1 || length > MaxLength) return ProxyHeaderStatus.Malformed;
        var addresses = family switch
        {
            0x11 => 12, // TCP over IPv4
            0x21 => 36, // TCP over IPv6
            _ => 0,
        };
        if (command == 1 && length < V2Head + addresses) return ProxyHeaderStatus.Malformed;
        if (input.Length < length) return ProxyHeaderStatus.NeedMoreData;
        header = new ProxyHeader(length, command == 1 ? SourceOf(input[V2Head..], addresses) : null);
        return ProxyHeaderStatus.Complete;
    }

    private static IPEndPoint? SourceOf(ReadOnlySpan<byte> block, int length)
    {
        if (length == 0) return null;
        var address = new IPAddress(block[..(length == 12 ? 4 : 16)]);
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return new IPEndPoint(address, BinaryPrimitives.ReadUInt16BigEndian(block[(length - 4)..]));
    }
}
