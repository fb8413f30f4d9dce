using System.Runtime.CompilerServices;

namespace Relay.Stun.Answers;

/// <summary>
/// The numbers for UNKNOWN-ATTRIBUTES: each once, in the order met, and no more than 16, so that a 420 never grows
/// faster than the request that asked for it.
/// </summary>
internal struct UnknownAttributeList
{
    internal const int Capacity = 16;

    private Numbers _numbers;

    internal int Count { get; private set; }

    internal readonly ushort this[int index] => _numbers[index];

    internal void Add(ushort number)
    {
        if (Count == Capacity) return;
        Span<ushort> known = _numbers;
        if (known[..Count].Contains(number)) return;
        known[Count++] = number;
    }

    [InlineArray(Capacity)]
    private struct Numbers
    {
        private ushort _first;
    }
}
