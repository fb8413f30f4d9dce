using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Relay.Stun.Messages;

/// <summary>
/// The 12 bytes that tie a response to its request. A value: equality is that of the bytes. Use a new one for every
/// datagram, also for a repeat, or the round trip cannot be told (spec/stun.md 2).
/// </summary>
public readonly record struct StunTransactionId
{
    /// <summary>Bytes in a transaction id.</summary>
    public const int Size = 12;

    private readonly ulong _first;
    private readonly uint _last;

    /// <summary>Takes the 12 bytes of <paramref name="id"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="id"/> is not 12 bytes long.</exception>
    public StunTransactionId(ReadOnlySpan<byte> id)
    {
        if (id.Length != Size) throw new ArgumentException($"a transaction id has {Size} bytes, not {id.Length}", nameof(id));
        _first = BinaryPrimitives.ReadUInt64BigEndian(id);
        _last = BinaryPrimitives.ReadUInt32BigEndian(id[8..]);
    }

    /// <summary>
    /// A fresh id from the system's random source: responses are matched by it alone, so nobody may be able to guess it.
    /// </summary>
    public static StunTransactionId NewRandom()
    {
        Span<byte> id = stackalloc byte[Size];
        RandomNumberGenerator.Fill(id);
        return new StunTransactionId(id);
    }

    /// <summary>Writes the 12 bytes to the start of <paramref name="destination"/>, which must hold them.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], _last);
        BinaryPrimitives.WriteUInt64BigEndian(destination, _first);
    }

    /// <summary>24 lower-case hex digits.</summary>
    public override string ToString() => $"{_first:x16}{_last:x8}";
}
