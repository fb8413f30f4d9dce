using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Relay.Mesh.Cluster;

/// <summary>One run of one relay: a relay that starts again is another one, so that nothing said of its former life is believed.</summary>
internal readonly record struct RelayId(ulong Value)
{
    public const int Size = sizeof(ulong);

    public static RelayId New() => Read(RandomNumberGenerator.GetBytes(Size));

    public static RelayId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt64BigEndian(bytes));

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Value);
        return bytes;
    }

    public override string ToString() => Value.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
