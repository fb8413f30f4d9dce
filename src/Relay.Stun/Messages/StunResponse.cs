namespace Relay.Stun.Messages;

/// <summary>
/// The answer to a Binding request, read by the rules Tailscale's clients follow (spec/stun.md 4). Match it by
/// <see cref="TransactionId"/> alone: the address it came from is not part of the protocol's promise.
/// </summary>
public readonly struct StunResponse
{
    private StunResponse(StunTransactionId transactionId, TransportAddress address, TransportAddress otherAddress, int errorCode) =>
        (TransactionId, Address, OtherAddress, ErrorCode) = (transactionId, address, otherAddress, errorCode);

    /// <summary>The id of the request this answers; set for <see cref="StunResponseStatus.Success"/> and <see cref="StunResponseStatus.Error"/>.</summary>
    public StunTransactionId TransactionId { get; }

    /// <summary>
    /// Our own address as the server saw it; set for <see cref="StunResponseStatus.Success"/>. A claim of the network: it
    /// may be any address at all.
    /// </summary>
    public TransportAddress Address { get; }

    /// <summary>
    /// For <see cref="StunResponseStatus.Success"/>: another address and port of the same server, by which a client can find out
    /// how its NAT maps and filters (RFC 5780); the default value when it told of none. A claim, as <see cref="Address"/> is.
    /// </summary>
    public TransportAddress OtherAddress { get; }

    /// <summary>For <see cref="StunResponseStatus.Error"/>: 300 to 699, such as 420; 0 when it was not readable.</summary>
    public int ErrorCode { get; }

    /// <summary>
    /// Reads a datagram. Takes XOR-MAPPED-ADDRESS (also as 0x8020; the last one wins), else MAPPED-ADDRESS; cuts off
    /// what lies behind the header's length; does not verify FINGERPRINT. Never throws, never allocates.
    /// </summary>
    public static StunResponseStatus Parse(ReadOnlySpan<byte> datagram, out StunResponse response)
    {
        response = default;
        if (!StunHeader.TryRead(datagram, out var header) || !header.HasCookie) return StunResponseStatus.NotStun;
        if (header.Type == StunHeader.BindingRequest) return StunResponseStatus.BindingRequest;
        if (header.Type is not (StunHeader.BindingSuccess or StunHeader.BindingError)) return StunResponseStatus.OtherMessage;
        if (StunHeader.Size + header.Length > datagram.Length) return StunResponseStatus.Malformed;

        var message = datagram[..(StunHeader.Size + header.Length)];
        return header.Type == StunHeader.BindingError ? ParseError(message, out response) : ParseSuccess(message, out response);
    }

    private static StunResponseStatus ParseSuccess(ReadOnlySpan<byte> message, out StunResponse response)
    {
        response = default;
        TransportAddress plain = default, xored = default, other = default;
        var attributes = new StunAttributeReader(message[StunHeader.Size..]);
        while (attributes.MoveNext())
        {
            var fits = attributes.Type switch
            {
                StunAttribute.XorMappedAddress or StunAttribute.XorMappedAddressOld =>
                    StunAddressCodec.TryReadXor(attributes.Value, message[4..], out xored),
                StunAttribute.MappedAddress => StunAddressCodec.TryRead(attributes.Value, out plain),
                _ => true,
            };
            if (attributes.Type == StunAttribute.OtherAddress) StunAddressCodec.TryRead(attributes.Value, out other);
            if (!fits) return StunResponseStatus.Malformed;
        }

        if (attributes.Malformed) return StunResponseStatus.Malformed;
        var address = xored.Family != 0 ? xored : plain;
        if (address.Family == 0) return StunResponseStatus.NoAddress;
        response = new StunResponse(IdOf(message), address, other, 0);
        return StunResponseStatus.Success;
    }

    // A code that cannot be read is still an error response: who asked wants to know that somebody answered.
    private static StunResponseStatus ParseError(ReadOnlySpan<byte> message, out StunResponse response)
    {
        var code = 0;
        var attributes = new StunAttributeReader(message[StunHeader.Size..]);
        while (code == 0 && attributes.MoveNext())
        {
            if (attributes.Type == StunAttribute.ErrorCode) code = ReadErrorCode(attributes.Value);
        }

        response = new StunResponse(IdOf(message), default, default, code);
        return StunResponseStatus.Error;
    }

    // | reserved (21 bits) | class (3 bits) | number | reason |
    private static int ReadErrorCode(ReadOnlySpan<byte> value)
    {
        if (value.Length < 4) return 0;
        var (hundreds, number) = (value[2] & 7, value[3]);
        return hundreds is >= 3 and <= 6 && number < 100 ? hundreds * 100 + number : 0;
    }

    private static StunTransactionId IdOf(ReadOnlySpan<byte> message) => new(message.Slice(8, StunTransactionId.Size));
}
