namespace Relay.Protocol.Tests.Fuzz;

/// <summary>Changes good inputs a little, the same way each time: a failing round is found again by its number.</summary>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> seeds)
{
    private static readonly byte[] Interesting = [0x00, 0x01, 0x7F, 0x80, 0xFF, (byte)'"', (byte)'{', (byte)'[', (byte)'}', (byte)'\\', (byte)'\n', (byte)'-', (byte)'9'];

    private readonly Random _random = new(seed);
    private readonly byte[] _buffer = new byte[seeds.Max(one => one.Length) * 2 + 16];

    /// <summary>The next input; valid until the one after it.</summary>
    internal ReadOnlySpan<byte> Next()
    {
        var source = seeds[_random.Next(seeds.Count)];
        source.CopyTo(_buffer, 0);
        var length = source.Length;
        for (var changes = _random.Next(1, 5); changes > 0; changes--) length = Change(length);
        return _buffer.AsSpan(0, length);
    }

    private int Change(int length)
    {
        var at = length == 0 ? 0 : _random.Next(length);
        switch (_random.Next(length == 0 ? 1 : 6))
        {
            case 0 when length < _buffer.Length - 1:
                _buffer.AsSpan(at, length - at).CopyTo(_buffer.AsSpan(at + 1));
                _buffer[at] = Interesting[_random.Next(Interesting.Length)];
                return length + 1;
            case 1:
                _buffer.AsSpan(at + 1, length - at - 1).CopyTo(_buffer.AsSpan(at));
                return length - 1;
            case 2:
                return at;
            case 3:
                _buffer[at] = (byte)_random.Next(256);
                return length;
            case 4:
                _buffer[at] = Interesting[_random.Next(Interesting.Length)];
                return length;
            default:
                _buffer[at] ^= (byte)(1 << _random.Next(8));
                return length;
        }
    }
}
