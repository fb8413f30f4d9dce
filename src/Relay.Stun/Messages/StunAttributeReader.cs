using System.Buffers.Binary;

namespace Relay.Stun.Messages;

/// <summary>
/// Walks the attributes of one message: type (2), length (2), value, padding to a multiple of four. Stops at the end or
/// at the first attribute that does not fit; ask <see cref="Malformed"/> which of the two it was.
/// </summary>
internal ref struct StunAttributeReader(ReadOnlySpan<byte> attributes)
{
    internal const int HeaderSize = 4;

    private readonly ReadOnlySpan<byte> _attributes = attributes;
    private int _next;

    /// <summary>The present attribute's number.</summary>
    internal ushort Type { get; private set; }

    /// <summary>The present attribute's value, without padding.</summary>
    internal ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Where the present attribute's header begins, counted from the first attribute.</summary>
    internal int Offset { get; private set; }

    /// <summary>Whether the present attribute is the last one.</summary>
    internal readonly bool AtEnd => _next == _attributes.Length;

    /// <summary>Whether the walk ended because an attribute did not fit.</summary>
    internal bool Malformed { get; private set; }

    /// <summary>Steps to the next attribute, if there is one and it fits.</summary>
    internal bool MoveNext()
    {
        var rest = _attributes[_next..];
        if (rest.IsEmpty) return false;
        if (rest.Length < HeaderSize) return Fail();
        var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        var padded = (length + 3) & ~3;
        if (rest.Length - HeaderSize < padded) return Fail();

        Type = BinaryPrimitives.ReadUInt16BigEndian(rest);
        Value = rest.Slice(HeaderSize, length);
        Offset = _next;
        _next += HeaderSize + padded;
        return true;
    }

    private bool Fail()
    {
        Malformed = true;
        return false;
    }
}
