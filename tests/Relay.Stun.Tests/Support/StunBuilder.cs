using System.Buffers.Binary;

namespace Relay.Stun.Tests.Support;

/// <summary>Builds messages, right and wrong, without any code of the product; so it has a CRC of its own, a bit at a time.</summary>
internal sealed class StunBuilder
{
    internal const string Id = "0102030405060708090a0b0c";

    private readonly List<byte> _bytes = [];

    internal StunBuilder(int type = 0x0001, string cookieAndId = "2112a442" + Id)
    {
        Number(type);
        Number(0);
        _bytes.AddRange(Hex.Bytes(cookieAndId));
    }

    internal StunBuilder Attribute(int type, string value = "") => Attribute(type, Hex.Bytes(value));

    internal StunBuilder Attribute(int type, byte[] value)
    {
        Number(type);
        Number(value.Length);
        _bytes.AddRange(value);
        while (_bytes.Count % 4 != 0) _bytes.Add(0);
        return this;
    }

    internal StunBuilder Software(string name) => Attribute(0x8022, System.Text.Encoding.ASCII.GetBytes(name));

    internal StunBuilder Fingerprint(uint error = 0)
    {
        var before = Build();
        BinaryPrimitives.WriteUInt16BigEndian(before.AsSpan(2), (ushort)(before.Length - 20 + 8));
        var value = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(value, SlowCrc(before) ^ 0x5354554E ^ error);
        return Attribute(0x8028, value);
    }

    internal byte[] Build()
    {
        byte[] message = [.. _bytes];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)(message.Length - 20));
        return message;
    }

    internal static uint SlowCrc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }

    private void Number(int value) => _bytes.AddRange([(byte)(value >> 8), (byte)value]);
}
