using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Relay.Paths.Disco;

/// <summary>Sixteen random bytes that only a peer who reads this node's announcements can echo. The default value is none.</summary>
internal readonly record struct Challenge
{
    internal const int Size = 16;

    private readonly UInt128 _value;

    internal Challenge(ReadOnlySpan<byte> bytes) => _value = BinaryPrimitives.ReadUInt128BigEndian(bytes);

    internal bool IsNone => _value == 0;

    internal static Challenge NewRandom()
    {
        Span<byte> bytes = stackalloc byte[Size];
        RandomNumberGenerator.Fill(bytes);
        return new Challenge(bytes);
    }

    internal void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, _value);
}
